import { Controller, Get, Put } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import type { z } from 'zod';
import { keyField } from '../../domain/document-field.schema.js';
import { Caller } from '../common/auth/caller.js';
import { Scopes } from '../common/auth/scopes.decorator.js';
import { ZodBody, ZodParam, ZodQuery } from '../common/body.js';
import { pageByKey, withKey } from '../common/list-by-key.js';
import type { Page } from '../common/pagination.js';
import { notFound } from '../common/problem.js';
import { inTransaction } from '../database/transaction.js';
import { RerouteOrdersService } from '../handoffs/reroute-orders.service.js';
import { PeopleAdminService } from './people-admin.service.js';
import { presentPerson } from './people.presenter.js';
import {
  listByKeySchema,
  personAnswerSchema,
  personPageSchema,
  putPersonAnswerSchema,
  putPersonSchema,
} from './people.schema.js';
import { PeopleService, type Person } from './people.service.js';

type Answer = z.output<typeof personAnswerSchema>;

@ApiTags('Organisation')
@Controller('v1/people')
@Scopes('marketing', 'sales', 'admin')
export class PeopleController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly people: PeopleService,
    private readonly admin: PeopleAdminService,
    private readonly reroutes: RerouteOrdersService,
  ) {}

  @Get()
  @ApiOperation({ summary: 'People, by key' })
  @ApiResponse({ status: 200, standardSchema: personPageSchema })
  async list(@ZodQuery(listByKeySchema) query: z.output<typeof listByKeySchema>): Promise<Page<Answer>> {
    const people = await this.people.list(this.dataSource.manager);
    const byId = new Map(people.map((person) => [person.id, person]));
    return pageByKey(
      people,
      query,
      (person) => person.key,
      (person) => presentPerson(person, byId),
    );
  }

  @Get(':key')
  @ApiOperation({ summary: 'One person' })
  @ApiResponse({ status: 200, standardSchema: personAnswerSchema })
  async get(@ZodParam('key', keyField) key: string): Promise<Answer> {
    const person = await this.people.byKey(this.dataSource.manager, key);
    if (person === undefined) throw notFound();
    return this.present(person);
  }

  @Put(':key')
  @Scopes('admin')
  @ApiOperation({ summary: 'Set a person; the open offers of who is not active or away today go to others' })
  @ApiResponse({ status: 200, standardSchema: putPersonAnswerSchema })
  async put(
    @ZodParam('key', keyField) key: string,
    @ZodBody(putPersonSchema) body: z.output<typeof putPersonSchema>,
    @Caller() caller: Caller,
  ): Promise<z.output<typeof putPersonAnswerSchema>> {
    const { note, active, ...document } = withKey(key, body);
    const now = new Date();
    const person = await inTransaction(this.dataSource, (manager) =>
      this.admin.putPerson(manager, document, active, { actorId: caller.personId, now, note }),
    );
    return { ...(await this.present(person)), rerouting: await this.reroutes.order(person, caller.personId, now) };
  }

  private async present(person: Person): Promise<Answer> {
    const ids = person.deputyId === null ? [] : [person.deputyId];
    return presentPerson(person, await this.people.byIds(this.dataSource.manager, ids));
  }
}
