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
import { PeopleAdminService } from './people-admin.service.js';
import { presentTeam } from './people.presenter.js';
import { listByKeySchema, putTeamSchema, teamAnswerSchema, teamPageSchema } from './people.schema.js';
import { PeopleService, type Team } from './people.service.js';

type Answer = z.output<typeof teamAnswerSchema>;

@ApiTags('Organisation')
@Controller('v1/teams')
@Scopes('marketing', 'sales', 'admin')
export class TeamsController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly people: PeopleService,
    private readonly admin: PeopleAdminService,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Teams, by key' })
  @ApiResponse({ status: 200, standardSchema: teamPageSchema })
  async list(@ZodQuery(listByKeySchema) query: z.output<typeof listByKeySchema>): Promise<Page<Answer>> {
    const teams = await this.people.teams(this.dataSource.manager);
    const owners = await this.ownersOf(teams);
    return pageByKey(
      teams,
      query,
      (team) => team.key,
      (team) => presentTeam(team, owners),
    );
  }

  @Get(':key')
  @ApiOperation({ summary: 'One team' })
  @ApiResponse({ status: 200, standardSchema: teamAnswerSchema })
  async get(@ZodParam('key', keyField) key: string): Promise<Answer> {
    const team = await this.people.team(this.dataSource.manager, key);
    if (team === undefined) throw notFound();
    return presentTeam(team, await this.ownersOf([team]));
  }

  @Put(':key')
  @Scopes('admin')
  @ApiOperation({ summary: 'Set a team' })
  @ApiResponse({ status: 200, standardSchema: teamAnswerSchema })
  async put(
    @ZodParam('key', keyField) key: string,
    @ZodBody(putTeamSchema) body: z.output<typeof putTeamSchema>,
    @Caller() caller: Caller,
  ): Promise<Answer> {
    const { note, ...document } = withKey(key, body);
    const team = await inTransaction(this.dataSource, (manager) =>
      this.admin.putTeam(manager, document, { actorId: caller.personId, now: new Date(), note }),
    );
    return presentTeam(team, await this.ownersOf([team]));
  }

  private ownersOf(teams: readonly Team[]) {
    const ids = teams.flatMap((team) => (team.ownerId === null ? [] : [team.ownerId]));
    return this.people.byIds(this.dataSource.manager, ids);
  }
}
