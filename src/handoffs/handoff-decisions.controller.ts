import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { FIRST_CONTACT_CHOICES, type FirstContactChoice, firstContactBy } from '../../domain/handoff/first-contact.js';
import { Caller } from '../common/auth/caller.js';
import { Scopes } from '../common/auth/scopes.decorator.js';
import { ZodBody, ZodParam } from '../common/body.js';
import type { HttpRequest } from '../common/http.js';
import { Idempotent } from '../common/idempotency/idempotent.decorator.js';
import type { Person } from '../people/people.service.js';
import { HandoffActorService } from './handoff-actor.service.js';
import type { Act } from './handoff-answers.service.js';
import { HandoffDecisionsService } from './handoff-decisions.service.js';
import { leadNow } from './handoff.presenter.js';
import {
  acceptSchema,
  acknowledgeSchema,
  type DecidedAnswer,
  decidedAnswerSchema,
  giveBackSchema,
  handoffIdField,
  reassignSchema,
  rejectSchema,
  salesTouchSchema,
  stopAirCoverSchema,
  undoSchema,
  withdrawSchema,
} from './handoff.schema.js';
import type { HandoffView } from './handoffs.read-model.js';
import { updateIdOf } from '../common/update-id.js';

const isChoice = (text: string): text is FirstContactChoice => FIRST_CONTACT_CHOICES.some((choice) => choice === text);

/** What people and their CRMs decide about a handoff. Each is safe to repeat. */
@ApiTags('Sales')
@Controller('v1/handoffs/:id')
@Scopes('sales', 'admin')
export class HandoffDecisionsController {
  constructor(
    private readonly actors: HandoffActorService,
    private readonly decisions: HandoffDecisionsService,
  ) {}

  @Post('accept')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({ summary: 'Take the lead; again by the same person gives the same answer' })
  @ApiResponse({ status: 200, standardSchema: decidedAnswerSchema })
  async accept(
    @ZodParam('id', handoffIdField) id: string,
    @ZodBody(acceptSchema) body: z.output<typeof acceptSchema>,
    @Caller() caller: Caller,
    @Req() request: HttpRequest,
  ): Promise<DecidedAnswer> {
    const person = await this.actors.actor(caller, body.by);
    const view = await this.actors.decidable(person, id);
    const act = actOf(view, person, caller, request, body.note);
    return this.decisions.accept(act, {
      firstContactBy: promisedInstant(body.firstContactBy, view, person),
      meetingAt: body.meetingAt === undefined ? undefined : Date.parse(body.meetingAt),
    });
  }

  @Post('reject')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({ summary: 'Give the lead back to marketing, with a reason' })
  @ApiResponse({ status: 200, standardSchema: decidedAnswerSchema })
  async reject(
    @ZodParam('id', handoffIdField) id: string,
    @ZodBody(rejectSchema) body: z.output<typeof rejectSchema>,
    @Caller() caller: Caller,
    @Req() request: HttpRequest,
  ): Promise<DecidedAnswer> {
    const { by, note, reason, quality, insights, earliestReturnAt } = body;
    const person = await this.actors.actor(caller, by);
    const view = await this.actors.decidable(person, id);
    return this.decisions.reject(actOf(view, person, caller, request, note), {
      ...{ reason, quality, insights },
      earliestReturnAt: earliestReturnAt === undefined ? undefined : Date.parse(earliestReturnAt),
    });
  }

  @Post('reassign')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({ summary: 'Offer the lead to another rep: a new handoff with an SLA of its own' })
  @ApiResponse({ status: 200, standardSchema: decidedAnswerSchema })
  async reassign(
    @ZodParam('id', handoffIdField) id: string,
    @ZodBody(reassignSchema) body: z.output<typeof reassignSchema>,
    @Caller() caller: Caller,
    @Req() request: HttpRequest,
  ): Promise<DecidedAnswer> {
    const person = await this.actors.actor(caller, body.by);
    const view = await this.actors.decidable(person, id);
    const to = body.to === undefined ? undefined : await this.actors.person(body.to, 'to');
    return this.decisions.reassign(actOf(view, person, caller, request, body.note), to);
  }

  @Post('undo')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({ summary: 'Take your own decision back: within five minutes, before anything came after it' })
  @ApiResponse({ status: 200, standardSchema: decidedAnswerSchema })
  async undo(
    @ZodParam('id', handoffIdField) id: string,
    @ZodBody(undoSchema) body: z.output<typeof undoSchema>,
    @Caller() caller: Caller,
    @Req() request: HttpRequest,
  ): Promise<DecidedAnswer> {
    const person = await this.actors.actor(caller, body.by);
    const view = await this.actors.decidable(person, id);
    return this.decisions.undo(actOf(view, person, caller, request, body.note));
  }

  @Post('withdraw')
  @HttpCode(200)
  @Scopes('marketing', 'admin')
  @Idempotent()
  @ApiOperation({ summary: 'Marketing takes the offer back; the cadence goes on where it stood' })
  @ApiResponse({ status: 200, standardSchema: decidedAnswerSchema })
  async withdraw(
    @ZodParam('id', handoffIdField) id: string,
    @ZodBody(withdrawSchema) body: z.output<typeof withdrawSchema>,
    @Caller() caller: Caller,
    @Req() request: HttpRequest,
  ): Promise<DecidedAnswer> {
    const person = await this.actors.actor(caller, body.by);
    const view = await this.actors.marketingSide(person, id, 'An offer is withdrawn by marketing.');
    return this.decisions.withdraw(actOf(view, person, caller, request, body.note));
  }

  @Post('return')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({ summary: 'Give an accepted lead back to marketing, with a reason' })
  @ApiResponse({ status: 200, standardSchema: decidedAnswerSchema })
  async giveBack(
    @ZodParam('id', handoffIdField) id: string,
    @ZodBody(giveBackSchema) body: z.output<typeof giveBackSchema>,
    @Caller() caller: Caller,
    @Req() request: HttpRequest,
  ): Promise<DecidedAnswer> {
    const { by, note, reason, insights, earliestReturnAt } = body;
    const person = await this.actors.actor(caller, by);
    const view = await this.actors.decidable(person, id);
    return this.decisions.giveBack(actOf(view, person, caller, request, note), {
      ...{ reason, insights },
      earliestReturnAt: earliestReturnAt === undefined ? undefined : Date.parse(earliestReturnAt),
    });
  }

  @Post('stop-air-cover')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({ summary: 'Marketing stops writing to the accepted lead, for the rest of the handoff' })
  @ApiResponse({ status: 200, standardSchema: decidedAnswerSchema })
  async stopAirCover(
    @ZodParam('id', handoffIdField) id: string,
    @ZodBody(stopAirCoverSchema) body: z.output<typeof stopAirCoverSchema>,
    @Caller() caller: Caller,
    @Req() request: HttpRequest,
  ): Promise<DecidedAnswer> {
    const person = await this.actors.actor(caller, body.by);
    const view = await this.actors.decidable(person, id);
    return this.decisions.stopAirCover(actOf(view, person, caller, request, body.note));
  }

  @Post('acknowledge-return')
  @HttpCode(200)
  @Scopes('marketing', 'sales', 'admin')
  @Idempotent()
  @ApiOperation({ summary: 'Marketing takes the lead back; the recycle policy says where it goes' })
  @ApiResponse({ status: 200, standardSchema: decidedAnswerSchema })
  async acknowledge(
    @ZodParam('id', handoffIdField) id: string,
    @ZodBody(acknowledgeSchema) body: z.output<typeof acknowledgeSchema>,
    @Caller() caller: Caller,
    @Req() request: HttpRequest,
  ): Promise<DecidedAnswer> {
    const person = await this.actors.actor(caller, body.by);
    const view = await this.actors.marketingSide(person, id, 'A return is acknowledged by marketing.');
    return this.decisions.acknowledge(actOf(view, person, caller, request, body.note));
  }

  @Post('touches')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({ summary: 'Record a sales touch with its disposition; the first one keeps the promise' })
  @ApiResponse({ status: 200, standardSchema: decidedAnswerSchema })
  async touch(
    @ZodParam('id', handoffIdField) id: string,
    @ZodBody(salesTouchSchema) body: z.output<typeof salesTouchSchema>,
    @Caller() caller: Caller,
    @Req() request: HttpRequest,
  ): Promise<DecidedAnswer> {
    const person = await this.actors.actor(caller, body.by);
    const view = await this.actors.decidable(person, id);
    const at = body.at === undefined ? leadNow(view, Date.now()) : Date.parse(body.at);
    return this.decisions.recordTouch(actOf(view, person, caller, request, body.note), body.disposition, at);
  }
}

function actOf(view: HandoffView, person: Person, caller: Caller, request: HttpRequest, note: string | undefined): Act {
  const onBehalf = caller.personId === person.id ? undefined : caller.personId;
  return { view, person, via: 'api', updateId: updateIdOf(request), onBehalf, note };
}

/** `today` is today where the person is. */
function promisedInstant(text: string | undefined, view: HandoffView, person: Person): number | undefined {
  if (text === undefined) return undefined;
  return isChoice(text) ? firstContactBy(text, person.zone, leadNow(view, Date.now())) : Date.parse(text);
}
