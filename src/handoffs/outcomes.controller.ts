import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { Caller } from '../common/auth/caller.js';
import { Scopes } from '../common/auth/scopes.decorator.js';
import { ZodBody, ZodParam } from '../common/body.js';
import type { HttpRequest } from '../common/http.js';
import { Idempotent } from '../common/idempotency/idempotent.decorator.js';
import { conflict, notFound, unprocessable } from '../common/problem.js';
import { HandoffActorService } from './handoff-actor.service.js';
import { HandoffDecisionsService } from './handoff-decisions.service.js';
import { outcomeAnswerSchema, outcomeSchema } from './handoff.schema.js';
import { HandoffsReadModel } from './handoffs.read-model.js';
import { updateIdOf } from '../common/update-id.js';

/** How it ended: the closed loop back to source, campaign, cadence and definition. */
@ApiTags('Sales')
@Controller('v1/leads/:id/outcome')
@Scopes('sales', 'admin')
export class OutcomesController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly reads: HandoffsReadModel,
    private readonly actors: HandoffActorService,
    private readonly decisions: HandoffDecisionsService,
  ) {}

  @Post()
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({ summary: 'Won with its value, or lost with its reason' })
  @ApiResponse({ status: 200, standardSchema: outcomeAnswerSchema })
  async record(
    @ZodParam('id', z.uuid()) leadId: string,
    @ZodBody(outcomeSchema) body: z.output<typeof outcomeSchema>,
    @Caller() caller: Caller,
    @Req() request: HttpRequest,
  ): Promise<z.output<typeof outcomeAnswerSchema>> {
    if (body.outcome === 'lost' && body.reason === undefined) {
      throw unprocessable([{ path: 'reason', code: 'required', message: 'Say why it was lost' }]);
    }
    const person = await this.actors.actor(caller, body.by);
    const view = await this.reads.latestOfLead(this.dataSource.manager, leadId);
    if (view === undefined) throw await this.withoutHandoff(leadId);
    this.actors.mustDecide(person, view);
    const { lead, at } = await this.decisions.recordOutcome(
      {
        view,
        person,
        via: 'api',
        updateId: updateIdOf(request),
        onBehalf: caller.personId === person.id ? undefined : caller.personId,
        note: body.note,
      },
      {
        outcome: body.outcome,
        ...(body.reason === undefined ? {} : { reason: body.reason }),
        ...(body.value === undefined ? {} : { amount: body.value.amount, currency: body.value.currency }),
        ...(body.externalId === undefined ? {} : { externalId: body.externalId }),
      },
      body.occurredAt,
    );
    return { lead, outcome: body.outcome, at: new Date(at).toISOString() };
  }

  private async withoutHandoff(leadId: string): Promise<Error> {
    const rows: { state: string }[] = await this.dataSource.query('SELECT state FROM leads WHERE id = $1', [leadId]);
    const [lead] = rows;
    if (lead === undefined || lead.state === 'erased') return notFound();
    return conflict(`Sales never had this lead; it is ${lead.state}.`, { state: lead.state });
  }
}
