import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { Caller } from '../common/auth/caller.js';
import { Scopes } from '../common/auth/scopes.decorator.js';
import { ZodParam, ZodQuery } from '../common/body.js';
import { decodeCursor, type Page, pageOf } from '../common/pagination.js';
import { HandoffActorService } from './handoff-actor.service.js';
import { HandoffDetailsService } from './handoff-details.service.js';
import { presentHandoff } from './handoff.presenter.js';
import {
  type HandoffAnswer,
  type HandoffDetail,
  handoffDetailSchema,
  handoffIdField,
  handoffPageSchema,
  listHandoffsSchema,
} from './handoff.schema.js';
import { type HandoffView, HandoffsReadModel } from './handoffs.read-model.js';

const cursorSchema = z.tuple([z.iso.datetime(), z.uuid()]);

const positionOf = (view: HandoffView): [string, string] => [view.offeredAt.toISOString(), view.id];

@ApiTags('Sales')
@Controller('v1/handoffs')
@Scopes('sales', 'marketing', 'admin')
export class HandoffsController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly reads: HandoffsReadModel,
    private readonly actors: HandoffActorService,
    private readonly details: HandoffDetailsService,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Handoffs, newest first; sales sees those of its own team' })
  @ApiResponse({ status: 200, standardSchema: handoffPageSchema })
  async list(
    @ZodQuery(listHandoffsSchema) query: z.output<typeof listHandoffsSchema>,
    @Caller() caller: Caller,
  ): Promise<Page<HandoffAnswer>> {
    const views = await this.reads.list(this.dataSource.manager, await this.actors.viewer(caller), {
      state: query.state,
      assigneeId: await this.assigneeId(query.assignee, caller),
      leadId: query.leadId,
      before: decodeCursor(query.cursor, cursorSchema),
      limit: query.limit,
    });
    return pageOf(views, query.limit, positionOf, (view) => presentHandoff(view, caller.personId));
  }

  @Get(':id')
  @ApiOperation({ summary: 'One handoff with its packet, the instants of its SLA, and what came after its acceptance' })
  @ApiResponse({ status: 200, standardSchema: handoffDetailSchema })
  async get(@ZodParam('id', handoffIdField) id: string, @Caller() caller: Caller): Promise<HandoffDetail> {
    return this.details.of(await this.actors.visible(caller, id), caller.personId);
  }

  private async assigneeId(ref: string | undefined, caller: Caller): Promise<string | undefined> {
    if (ref === undefined) return undefined;
    return ref === 'me' ? caller.personId : (await this.actors.person(ref, 'assignee')).id;
  }
}
