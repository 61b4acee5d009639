import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { Caller } from '../common/auth/caller.js';
import { Scopes } from '../common/auth/scopes.decorator.js';
import { ZodBody, ZodParam, ZodQuery } from '../common/body.js';
import { Idempotent } from '../common/idempotency/idempotent.decorator.js';
import { decodeCursor, type Page, pageOf } from '../common/pagination.js';
import { TouchDoubtsService } from './touch-doubts.service.js';
import { TouchListReadModel, type TouchView } from './touch-list.read-model.js';
import {
  listTouchesSchema,
  resolveTouchSchema,
  type TouchAnswer,
  touchIdField,
  touchPageSchema,
  touchSchema,
} from './touches.schema.js';

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

const present = (view: TouchView): TouchAnswer => ({
  id: view.id,
  lead: { id: view.leadId, name: view.leadName, company: view.leadCompany },
  cadence: view.cadence,
  enrollmentNo: view.enrollmentNo,
  step: view.step,
  visit: view.visit,
  template: { key: view.template, version: view.templateVersion },
  state: view.state,
  reason: view.reason,
  error: view.error,
  attempts: view.attempts,
  dueAt: view.dueAt.toISOString(),
  claimedAt: iso(view.claimedAt),
  finishedAt: iso(view.finishedAt),
  messageId: view.messageId,
});

@ApiTags('Operations')
@Controller('v1/touches')
@Scopes('ops', 'marketing', 'admin')
export class TouchesController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly reads: TouchListReadModel,
    private readonly doubts: TouchDoubtsService,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Touches, newest first: those in doubt or held are what somebody has to see to' })
  @ApiResponse({ status: 200, standardSchema: touchPageSchema })
  async list(@ZodQuery(listTouchesSchema) query: z.output<typeof listTouchesSchema>): Promise<Page<TouchAnswer>> {
    const [before] = decodeCursor(query.cursor, z.tuple([z.uuid()])) ?? [];
    const { state, leadId, limit } = query;
    const rows = await this.reads.list(this.dataSource.manager, { state, leadId, before, limit });
    return pageOf(rows, limit, (row) => [row.id], present);
  }

  @Post(':id/resolve')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({ summary: 'Say what became of a touch in doubt; nothing is sent again by itself' })
  @ApiResponse({ status: 200, standardSchema: touchSchema })
  async resolve(
    @ZodParam('id', touchIdField) id: string,
    @ZodBody(resolveTouchSchema) { as, note }: z.output<typeof resolveTouchSchema>,
    @Caller() caller: Caller,
  ): Promise<TouchAnswer> {
    return present(await this.doubts.resolve(id, as, { actorId: caller.personId, now: new Date(), note }));
  }
}
