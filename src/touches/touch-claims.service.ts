import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { CadenceDocument } from '../../domain/cadence/cadence.schema.js';
import type { EmailStep } from '../../domain/cadence/steps/step-kinds.schema.js';
import { freeInstant } from '../../domain/contactability/free-instant.js';
import { templateFor } from '../../domain/contactability/template-language.js';
import { mayGoNow, touchSlot } from '../../domain/contactability/touch-slot.js';
import type { LeadState } from '../../domain/lead/lead-state.js';
import { WITH_SALES } from '../../domain/lead/sales-states.js';
import { chooseZone } from '../../domain/time/choose-zone.js';
import { type Brake, TouchBreakersService } from '../breakers/touch-breakers.service.js';
import { uuidV7 } from '../database/uuid-v7.js';
import { type DocumentVersion, DocumentsService } from '../documents/documents.service.js';
import type { MailMessage } from '../integrations/mail/mail-message.js';
import { type Organisation, OrganisationService } from '../people/organisation.service.js';
import type { SendTouchInput, SendTouchResult } from './send-touch.js';
import { type ClaimContext, type ClaimLead, TouchClaimReadModel } from './touch-claim.read-model.js';
import { TouchComposerService } from './touch-composer.service.js';
import { planHeldNotice, writeClaim, writeInDoubt, writeUnclaimed } from './touch-ledger.js';

export type ClaimOutcome =
  | { readonly kind: 'answer'; readonly result: SendTouchResult }
  | {
      readonly kind: 'claimed';
      readonly touchId: string;
      readonly at: number;
      readonly attempts: number;
      readonly message: MailMessage;
    };

/** Everything a claim has in hand once the step is known to be the lead's present one. */
interface Candidate {
  readonly input: SendTouchInput;
  readonly at: number;
  readonly lead: ClaimLead;
  readonly context: ClaimContext;
  readonly enrollmentId: string;
  readonly cadence: CadenceDocument;
  readonly step: EmailStep;
  /** In the language of the lead. */
  readonly template: DocumentVersion<'template'>;
  readonly organisation: Organisation;
  readonly touchId: string;
}

const SENDING_STATES: Readonly<Record<'nurture' | 'air_cover', readonly LeadState[]>> = {
  nurture: ['nurturing'],
  air_cover: WITH_SALES,
};

const PAUSED_LOOK_MS = 60_000;

/**
 * Decides in one transaction under the lead's lock whether a touch goes now, and claims it: what commits here is the
 * only licence to talk to the mail server (architecture: Data rules, touch ledger). The order of the checks is part of
 * the contract.
 */
@Injectable()
export class TouchClaimsService {
  constructor(
    private readonly reads: TouchClaimReadModel,
    private readonly documents: DocumentsService,
    private readonly organisations: OrganisationService,
    private readonly composer: TouchComposerService,
    private readonly breakers: TouchBreakersService,
  ) {}

  /** `wallNow` is ignored for a lead whose clock is offset (semantics: Rehearsal and virtual time). */
  async claim(manager: EntityManager, input: SendTouchInput, wallNow: number): Promise<ClaimOutcome> {
    const lead = await this.reads.lockLead(manager, input.leadId);
    if (lead === undefined) return answer({ result: 'skipped', at: input.now, reason: 'unknown_lead' });
    const at = lead.clockOffsetMs === 0 ? Math.max(input.now, wallNow) : input.now;
    const context = await this.reads.load(manager, input, input.cursor, at);
    const known = await this.knownOutcome(manager, context, at);
    if (known !== undefined) return answer(known);
    if (context.staleFacts || context.staleLook) return answer({ result: 'stale', at, reason: 'facts' });
    // Looked at since the touch was begun: what that sync found (a crossing by time alone) is not stored yet.
    if (lead.rev > (input.synced ?? input.rev)) return answer({ result: 'stale', at, reason: 'look' });
    const candidate = await this.candidate(manager, input, at, lead, context);
    return 'result' in candidate ? answer(candidate) : this.judge(manager, candidate, wallNow);
  }

  /** What an earlier call already settled. A claim without an outcome belongs to a call that died: nobody knows. */
  private async knownOutcome(
    manager: EntityManager,
    context: ClaimContext,
    at: number,
  ): Promise<SendTouchResult | undefined> {
    const { touchId, touchState, touchReason, claimedAt, finishedAt } = context;
    if (touchId === null) return undefined;
    if (touchState === 'skipped') {
      return { result: 'skipped', at: finishedAt?.getTime() ?? at, reason: touchReason ?? 'skipped' };
    }
    // The cadence goes on as after any touch that will not be sent.
    if (touchState === 'failed') return { result: 'skipped', at: finishedAt?.getTime() ?? at, reason: 'failed' };
    if (touchState === 'sent' || touchState === 'in_doubt')
      return { result: touchState, at: claimedAt?.getTime() ?? at };
    if (touchState !== 'claimed') return undefined;
    await writeInDoubt(manager, touchId, at, 'the process that claimed it left no outcome');
    return { result: 'in_doubt', at: claimedAt?.getTime() ?? at };
  }

  private async candidate(
    manager: EntityManager,
    input: SendTouchInput,
    at: number,
    lead: ClaimLead,
    context: ClaimContext,
  ): Promise<Candidate | SendTouchResult> {
    const { enrollmentId, cadenceVersionId } = context;
    // A process that is ahead of the projection has left the wait before this step without storing it.
    const onStep = context.enrollmentStep === input.step && context.enrollmentVisit === input.visit;
    const running = context.enrollmentState === 'running' && (onStep || lead.rev < input.rev);
    if (!running || enrollmentId === null || cadenceVersionId === null)
      return { result: 'stale', at, reason: 'enrollment' };
    // The sync that follows says since when. `until` slows down a worker of a release that does not know pauses.
    if (context.cadencePaused) return { result: 'stale', at, until: at + PAUSED_LOOK_MS, reason: 'cadence_paused' };
    const cadence = (await this.documents.load(manager, 'cadence', cadenceVersionId))?.body;
    const step = cadence?.steps.find((candidate) => candidate.id === input.step);
    if (cadence === undefined || step === undefined || !('email' in step)) {
      return { result: 'skipped', at, reason: 'no_email_step' };
    }
    if (!SENDING_STATES[cadence.phase ?? 'nurture'].includes(lead.state))
      return { result: 'stale', at, reason: 'state' };
    // Tried again because of a version published this very moment: it must not be judged by the one before.
    if (context.touchState === 'held') this.documents.forget('template');
    const published = await this.documents.effective(manager, 'template', step.email.template, new Date(at));
    if (published === undefined) return { result: 'held', at, reason: `unknown_template:${step.email.template}` };
    const organisation = await this.organisations.get(manager);
    const languages = { lead: lead.language, campaign: context.campaignLanguage, organisation: organisation.language };
    const template = { ...published, body: templateFor(published.body, languages).written };
    const touchId = context.touchId ?? uuidV7();
    return { input, at, lead, context, enrollmentId, cadence, step, template, organisation, touchId };
  }

  private async judge(manager: EntityManager, candidate: Candidate, wallNow: number): Promise<ClaimOutcome> {
    const { at, lead, context, template, enrollmentId } = candidate;
    if (lead.email === null) return this.unclaimed(manager, candidate, 'skipped', 'no_address');
    if (!lead.contactable || context.suppressed) return this.unclaimed(manager, candidate, 'skipped', 'suppressed');
    const { dueAt, skipBefore = dueAt } = candidate.input;
    if (dueAt < skipBefore) return this.unclaimed(manager, candidate, 'skipped', 'overdue');
    const linkIds = await this.composer.linkIds(manager, candidate);
    const composed = await this.composer.compose(manager, { ...candidate, address: lead.email, linkIds, wallNow });
    if (!composed.ok) {
      const reason = composed.problem === 'missing_variable' ? `missing_variable:${composed.name}` : 'template_error';
      return this.unclaimed(manager, candidate, 'held', reason);
    }
    if (await this.reads.wasSentBefore(manager, lead.id, enrollmentId, template.key)) {
      return this.unclaimed(manager, candidate, 'skipped', 'already_sent');
    }
    const brake = await this.brake(manager, candidate, lead.email);
    if (brake?.state === 'held')
      return this.unclaimed(manager, candidate, 'held', brake.reason, { tell: brake.opened ? 'anew' : 'no' });
    if (brake) return this.unclaimed(manager, candidate, 'planned', brake.reason, { until: brake.until });
    const delay = await this.delay(manager, candidate);
    if (delay !== undefined) return this.unclaimed(manager, candidate, delay.state, delay.reason, delay);
    return this.writeClaim(manager, candidate, composed.message, linkIds, at);
  }

  /** A clock of its own says nothing about the failures of a day. */
  private async brake(manager: EntityManager, candidate: Candidate, address: string): Promise<Brake | undefined> {
    const { at, lead, context, touchId } = candidate;
    if (lead.clockOffsetMs !== 0) return undefined;
    const touch = { id: touchId, leadId: lead.id, cadence: context.cadenceKey ?? '', address };
    return this.breakers.judge(manager, { ...touch, reason: context.touchReason, at });
  }

  /** Window, minimum gap and frequency cap: a touch outside them is deferred, never dropped. */
  private async delay(
    manager: EntityManager,
    { lead, context, cadence, step, organisation, at }: Candidate,
  ): Promise<{ state: 'planned' | 'held'; reason: string; until?: number } | undefined> {
    const zone = chooseZone({
      lead: lead.timeZone,
      campaign: context.campaignZone,
      organisation: organisation.zone,
    }).zone;
    const closed = [...(context.holidays ?? []), ...organisation.holidays];
    const holidays = new Set(closed.map((holiday) => holiday.date));
    const slot = (instant: number, reason: string) => {
      const until = touchSlot(cadence, step, { leadId: lead.id, zone, holidays, at: instant });
      return until === undefined
        ? { state: 'held' as const, reason: 'window_never_opens' }
        : { state: 'planned' as const, reason, until };
    };
    if (!mayGoNow(cadence, step, { leadId: lead.id, zone, holidays, at })) return slot(at, 'window');
    const { minGap } = cadence;
    const cap = await this.cap(manager, lead, cadence, at);
    const free = freeInstant({ zone, cap, minGap, lastAt: context.lastClaimAt?.getTime() }, at);
    return free.reason === undefined ? undefined : slot(free.at, free.reason);
  }

  /** Of the cadence's frequency class: what is allowed, and what has been claimed in it. */
  private async cap(manager: EntityManager, { id }: ClaimLead, { frequency }: CadenceDocument, at: number) {
    if (frequency === undefined) return undefined;
    const policy = await this.documents.effective(manager, 'frequency', 'default', new Date(at));
    const allowed = policy?.body[frequency];
    return allowed && { allowed, claims: await this.reads.claimsOfClass(manager, id, frequency) };
  }

  private async unclaimed(
    manager: EntityManager,
    { input, at: now, enrollmentId, template, touchId }: Candidate,
    state: 'planned' | 'held' | 'skipped',
    reason: string,
    { until, tell = 'once' }: { readonly until?: number | undefined; readonly tell?: 'once' | 'anew' | 'no' } = {},
  ): Promise<ClaimOutcome> {
    // What comes after a touch that is skipped for being late counts from when it was due.
    const at = reason === 'overdue' ? input.dueAt : now;
    await writeUnclaimed(manager, {
      id: touchId,
      leadId: input.leadId,
      enrollmentId,
      step: input.step,
      visit: input.visit,
      templateVersionId: template.id,
      state,
      reason,
      dueAt: until ?? input.dueAt,
      finishedAt: state === 'skipped' ? at : null,
    });
    if (state === 'held' && tell !== 'no') await planHeldNotice(manager, touchId, tell === 'anew');
    return answer({ result: state === 'planned' ? 'deferred' : state, at, until, reason });
  }

  private async writeClaim(
    manager: EntityManager,
    { input, enrollmentId, template, touchId, context }: Candidate,
    message: MailMessage,
    linkIds: ReadonlyMap<string, string>,
    at: number,
  ): Promise<ClaimOutcome> {
    const links = [...linkIds].map(([key, id]) => ({ id, key, url: template.body.links[key] ?? '' }));
    const { messageId, subject, html, text } = message;
    const claimed = await writeClaim(manager, {
      id: touchId,
      leadId: input.leadId,
      enrollmentId,
      step: input.step,
      visit: input.visit,
      templateVersionId: template.id,
      dueAt: input.dueAt,
      claimedAt: at,
      messageId,
      subject,
      html,
      text,
      links,
    });
    if (!claimed) return answer({ result: 'stale', at, reason: 'claimed' });
    return { kind: 'claimed', touchId, at, attempts: context.touchAttempts ?? 0, message };
  }
}

const answer = (result: SendTouchResult): ClaimOutcome => ({ kind: 'answer', result });
