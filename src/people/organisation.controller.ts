import { Controller, Get, Put } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { DataSource, type EntityManager } from 'typeorm';
import type { z } from 'zod';
import { Caller } from '../common/auth/caller.js';
import { Scopes } from '../common/auth/scopes.decorator.js';
import { ZodBody } from '../common/body.js';
import { notFound } from '../common/problem.js';
import { inTransaction } from '../database/transaction.js';
import { type Organisation, OrganisationService } from './organisation.service.js';
import { presentOrganisation } from './people.presenter.js';
import { organisationAnswerSchema, putOrganisationSchema } from './people.schema.js';
import { PeopleService } from './people.service.js';

type Answer = z.output<typeof organisationAnswerSchema>;

@ApiTags('Organisation')
@Controller('v1/organisation')
@Scopes('marketing', 'sales', 'admin')
export class OrganisationController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly organisation: OrganisationService,
    private readonly people: PeopleService,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The organisation' })
  @ApiResponse({ status: 200, standardSchema: organisationAnswerSchema })
  async get(): Promise<Answer> {
    const organisation = await this.organisation.find(this.dataSource.manager);
    if (organisation === undefined) throw notFound();
    return this.present(this.dataSource.manager, organisation);
  }

  @Put()
  @Scopes('admin')
  @ApiOperation({ summary: 'Set the organisation' })
  @ApiResponse({ status: 200, standardSchema: organisationAnswerSchema })
  async put(
    @ZodBody(putOrganisationSchema) body: z.output<typeof putOrganisationSchema>,
    @Caller() caller: Caller,
  ): Promise<Answer> {
    const { note, ...document } = body;
    return inTransaction(this.dataSource, async (manager) => {
      const change = { actorId: caller.personId, now: new Date(), note };
      return this.present(manager, await this.organisation.put(manager, document, change));
    });
  }

  private async present(manager: EntityManager, organisation: Organisation): Promise<Answer> {
    const ids = organisation.accountableOwnerId === null ? [] : [organisation.accountableOwnerId];
    return presentOrganisation(organisation, await this.people.byIds(manager, ids));
  }
}
