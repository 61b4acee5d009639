import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CadencePlan } from '../cadence/cadence-plan.js';
import { mapSteps, type StepMapping } from '../cadence/map-steps.js';
import type { TouchResult } from './advance-enrollment.js';
import type { OpenHandoffOutcome } from './advance-handoff.js';
import { advanceLead, commandLead, type LeadInput } from './advance-lead.js';
import { applyAnswers, askOf } from './ask-of.js';
import { custodyOf } from './custody.js';
import { decideNext, directTouch, nextWakeAt } from './decide-next.js';
import { DAY, fakePlan, HOUR, MARKETER, MINUTE, OTHER_REP, REP, T0 } from './fake-process.js';
import type { LeadCommand } from './lead-command.js';
import { type Advance, type LeadEffect, type LeadProcess, type ProcessFact, type RecyclePath } from './lead-process.js';
import { RESUME_POLICIES, type ResumePolicy } from './resume-policy.js';
import { newLeadProcess } from './new-lead-process.js';
import { canMove, isClosed, type LeadState, TRANSITIONS, type TransitionCause } from './lead-state.js';
import type { Answers, Ask } from './lead-sync.js';

/** More turns than this at one instant is a lead that turns in circles. */
const MAX_TURNS = 200;

const { steps } = fakePlan();
/** With a wait directly before a touch, which is left without a sync. */
const walkPlan = fakePlan({
  steps: {
    ...steps,
    fork: { kind: 'branch', cases: ['pause'], otherwise: 'call' },
    call: { kind: 'todo', dispositions: { reached: 'pause' }, overdue: 'leave' },
    pause: { kind: 'wait', next: 'last' },
    ask: { kind: 'wait_for', any: ['hand', 'fork'], timeout: 'reminder' },
    hand: { kind: 'offer', next: 'story' },
  },
});

/** Another version of it: a wait is gone, one is new, and touches stand in another order. */
const otherPlan: CadencePlan = {
  ...walkPlan,
  version: 2,
  versionId: 'nurture-v2',
  steps: {
    hello: { kind: 'email', next: 'rest' },
    rest: { kind: 'wait', next: 'last' },
    last: { kind: 'email', next: 'ask' },
    ask: { kind: 'wait_for', any: ['hand', 'story'], timeout: 'reminder' },
    story: { kind: 'email', next: 'reminder' },
    reminder: { kind: 'email', next: 'call' },
    call: { kind: 'todo', dispositions: { reached: 'hand' }, overdue: 'leave' },
    hand: { kind: 'offer', next: 'fork' },
    fork: { kind: 'branch', cases: ['hello'], otherwise: 'leave' },
    leave: { kind: 'exit', reason: 'no_interest' },
    $end: { kind: 'exit', reason: 'completed' },
  },
};
/** Each of higher priority than the one before it. */
const CADENCES = [
  walkPlan,
  ...['rival', 'urgent', 'alarm'].map((key) => ({ ...walkPlan, key, versionId: `${key}-v1` })),
];
/** With an `offer` step, which no version has that is published now. */
const coverPlan: CadencePlan = { ...walkPlan, key: 'cover', versionId: 'cover-v1', phase: 'air_cover' };
const PLANS = [...CADENCES, otherPlan, coverPlan];
const planOf = (versionId: string): CadencePlan => PLANS.find((one) => one.versionId === versionId) ?? walkPlan;
/** There and back. */
const MAPPINGS: Readonly<Record<string, StepMapping>> = {
  'nurture-v2': { settle: 'rest', pause: 'call' },
  'nurture-v1': { rest: 'settle', call: 'pause' },
};

const WITH_HANDOFF: readonly LeadState[] = ['qualified', 'offered', 'accepted', 'working', 'returning', 'won'];

const CLOSES_AN_OFFER: ReadonlySet<unknown> = new Set(['accepted', 'rejected', 'expired', 'withdrawn']);

type Touch = Extract<LeadEffect, { kind: 'send_touch' }>;
type Happening =
  | { readonly kind: 'later'; readonly ms: number }
  | { readonly kind: 'engagement'; readonly of: string; readonly agoMs: number; readonly handRaise?: boolean }
  | { readonly kind: 'rule'; readonly holds: boolean }
  | { readonly kind: 'command'; readonly of: LeadCommand['kind']; readonly by: string; readonly noOffset: number }
  | { readonly kind: 'touch_answered'; readonly result: TouchResult['result']; readonly untilMs?: number }
  | { readonly kind: 'old_result' }
  | { readonly kind: 'reps'; readonly found: 'rep' | 'nobody' | 'nobody, later' | 'packet' }
  | { readonly kind: 'cadences'; readonly found: 'one' | 'later' | 'none' }
  | { readonly kind: 'policy'; readonly path: RecyclePath }
  | { readonly kind: 'rivals'; readonly hold: number }
  | { readonly kind: 'covers'; readonly found: boolean }
  | { readonly kind: 'cadence_pause'; readonly policy: ResumePolicy | undefined }
  | { readonly kind: 'condition'; readonly holds: boolean }
  | { readonly kind: 'window'; readonly opens: boolean }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'workflow_lost' };

/** The shell around the reducer, on a clock, a record and people of its own: what the workflow and the sync do. */
class Walk {
  now = T0;
  process: LeadProcess = newLeadProcess(T0);
  state: LeadState = 'raw';
  custody = { custody: 'marketing', accountable: 'marketing', salesPersonId: null as string | null };
  custodySince = 0;
  readonly open = new Set<number>();
  readonly moves = new Set<string>();
  readonly facts: (ProcessFact & { readonly isFact: boolean })[] = [];
  readonly landings = new Set<string>();
  private readonly done = new Set<string>();
  private stored = this.process;
  private plan: CadencePlan | undefined;
  private dirty = true;
  private offering = false;
  private touches: Touch[] = [];
  private lastTouch: Touch | undefined;
  private readonly results: LeadInput[] = [];
  private readonly commands: LeadCommand[] = [];
  private ruleSince: number | undefined;
  private reps: 'rep' | 'nobody' | 'nobody, later' | 'packet' = 'rep';
  private cadences: 'one' | 'later' | 'none' = 'one';
  private path: RecyclePath = { to: 'resume' };
  private opens = true;
  private rivals = 0;
  private covers = false;
  private readonly pauses: { no: number; at: number; until?: number; policy?: ResumePolicy }[] = [];
  private conditionSince: number | undefined;
  private readonly sent = new Set<string>();
  private reachable = true;

  happen(one: Happening): void {
    switch (one.kind) {
      case 'later':
        this.now += one.ms;
        break;
      case 'engagement': {
        const isFact = one.handRaise === true || ['email_reply', 'unsubscribed'].includes(one.of);
        const seq = this.facts.length + 1;
        this.facts.push({ seq, at: this.now - one.agoMs, kind: one.of, handRaise: one.handRaise, isFact });
        this.dirty = true;
        break;
      }
      case 'rule':
        this.ruleSince = one.holds ? this.now : undefined;
        this.dirty = true;
        break;
      case 'command':
        this.commands.push(this.commandOf(one));
        break;
      case 'touch_answered':
        this.answerTouch(one);
        break;
      case 'old_result':
        if (this.lastTouch && !this.touches.includes(this.lastTouch))
          this.results.push(resultOf(this.lastTouch, 'sent', this.now));
        break;
      case 'reps':
        this.reps = one.found;
        break;
      case 'cadences':
        this.cadences = one.found;
        break;
      case 'policy':
        this.path = one.path;
        break;
      case 'rivals':
        this.rivals = one.hold;
        this.dirty = true;
        break;
      case 'covers':
        this.covers = one.found;
        this.dirty = true;
        break;
      case 'cadence_pause':
        this.pauseOrResume(one.policy);
        break;
      case 'condition':
        this.conditionSince = one.holds ? this.now : undefined;
        this.dirty = true;
        break;
      case 'window':
        this.opens = one.opens;
        break;
      case 'unreachable':
        this.reachable = false;
        break;
      case 'workflow_lost':
        this.restore();
    }
  }

  /** Everything that is due now, as the workflow's loop does it. */
  settle(): void {
    for (let turn = 0; turn < MAX_TURNS; turn += 1) {
      for (let result = this.results.shift(); result; result = this.results.shift()) this.act(result);
      for (let command = this.commands.shift(); command; command = this.commands.shift()) {
        this.apply(commandLead(this.process, command, this.now, this.plan));
        if (command.kind === 'migrate_enrollment' && this.process.enrollment?.versionId === command.plan.versionId)
          this.plan = command.plan;
      }
      if (this.offering) this.openHandoff();
      if (this.dirty) {
        const answers = this.sync();
        const item = decideNext(this.process, answers, this.now, this.plan);
        if (!item) continue;
        this.act(item);
        if (item.kind === 'entry' || item.kind === 'supersede' || item.kind === 'cover') this.plan = item.plan;
      } else if (this.sendDirectly()) continue;
      else if ((nextWakeAt(this.process, this.plan, this.now) ?? Infinity) <= this.now) this.dirty = true;
      else return;
    }
    throw new Error(`turns in circles: ${JSON.stringify(this.process)}`);
  }

  /** What must be true whenever a lead waits. */
  check(): void {
    const { state, contactable, enrollment, suspended, hold, paused, handoff, ladder, returning } = this.process;
    const wakeAt = nextWakeAt(this.process, this.plan, this.now);
    ensure(wakeAt === undefined || wakeAt > this.now, 'a wake-up is overdue');
    ensure(wakeAt === undefined || !isClosed(state), 'a closed lead wakes up');
    ensure(state !== 'raw', 'the intake was never decided');
    for (const what of whatSeen(this.process)) this.moves.add(what);
    ensure(
      suspended === undefined || (enrollment !== undefined && suspended.length > 0),
      'enrollments wait below nothing',
    );
    const isCover = enrollment?.phase === 'air_cover';
    ensure((suspended?.length ?? 0) <= (isCover ? 3 : 2), 'more than three deep');
    ensure(!isCover || state === 'accepted' || state === 'working', 'an air cover outside sales');
    ensure(!suspended?.some(({ phase }) => phase === 'air_cover'), 'an air cover waits below');
    ensure(!isCover || handoff?.graceEndsAt !== 0, 'an air cover after the grace');
    ensure(suspended?.every((one) => one.suspendedAt !== undefined) ?? true, 'the clock of a suspended one runs');
    const cadences = [...(suspended ?? []), ...(enrollment ? [enrollment] : [])].map(({ cadence }) => cadence);
    ensure(new Set(cadences).size === cadences.length, 'twice in one cadence');
    const isStopped = paused !== undefined || enrollment?.pausedBy !== undefined;
    const waits = isStopped || wakeAt !== undefined || enrollment?.sending === true || enrollment?.held !== undefined;
    ensure(state !== 'nurturing' || !contactable || hold !== undefined || waits, 'the lead waits for nothing');
    if (state === 'offered' && handoff?.offeredAt !== undefined) {
      ensure(this.open.has(handoff.no) && ladder?.purpose === 'accept', 'an offer without its ladder');
    }
    if ((state === 'qualified' || state === 'offered') && handoff?.offeredAt === undefined) {
      ensure(handoff?.waiting !== undefined, 'nobody opens the handoff');
    }
    ensure(state !== 'returning' || returning?.path !== undefined, 'the way back is not known');
    ensure((handoff !== undefined) === WITH_HANDOFF.includes(state), `a handoff does not fit ${state}`);
  }

  private sendDirectly(): boolean {
    const direct = directTouch(this.process, this.plan, this.now);
    if (direct === 'after_wait') {
      this.act({ kind: 'wait_over', at: this.process.enrollment?.dueAt ?? this.now });
      this.dirty = false;
    }
    if (direct) this.act({ kind: 'touch', at: this.now });
    return direct !== undefined;
  }

  private act(input: LeadInput): void {
    if (input.kind === 'touched') {
      const { enrollmentNo, step, result } = input.touch;
      const { no, step: standing, sending } = this.process.enrollment ?? {};
      const isDone = result === 'sent' || result === 'in_doubt' || result === 'skipped';
      if (isDone && sending && no === enrollmentNo && standing === step) this.done.add(`${no} ${step}`);
    }
    this.apply(advanceLead(this.process, input, this.now, this.plan));
  }

  private apply(advance: Advance): void {
    this.keepTime(this.process, advance);
    this.process = advance.process;
    this.dirty ||= advance.records.length > 0 || advance.effects.every((effect) => effect.kind !== 'send_touch');
    for (const record of advance.records) this.follow(record);
    // No gap: whoever answers for the lead now is who the last custody record names.
    const { custody, accountable, salesPersonId } = custodyOf(this.process);
    const told = this.custody;
    ensure(custody === told.custody && accountable === told.accountable, 'custody changed without a record');
    ensure(salesPersonId === told.salesPersonId, 'the rep changed without a record');
    ensure(custody === 'marketing' || salesPersonId !== null, 'the lead has no owner');
    ensure(this.process.state === this.state, 'the state changed without a record');
    ensure(this.open.size <= 1, 'two handoffs are open');
    for (const effect of advance.effects) {
      if (effect.kind === 'open_handoff') this.offering = true;
      else if (effect.kind === 'send_touch') {
        const { enrollmentNo, step, visit } = effect;
        const twice = (one: Touch) => one.enrollmentNo === enrollmentNo && one.step === step && one.visit === visit;
        ensure(!this.touches.some(twice), 'the same touch is under way twice');
        ensure(!this.sent.has(`${enrollmentNo}/${step}/${visit}`), 'a step is done twice');
        const { enrollment, paused } = advance.process;
        ensure(enrollment?.suspendedAt === undefined && !paused, 'a touch leaves while its clock stands');
        const covers = enrollment?.phase === 'air_cover' && ['accepted', 'working'].includes(this.state);
        ensure(this.state === 'nurturing' || covers, 'a touch leaves in sales custody');
        const { acceptedAt = 0, coverStoppedAt } = advance.process.handoff ?? {};
        ensure(!covers || this.now >= acceptedAt + 5 * MINUTE, 'a cover begins while the acceptance can be undone');
        ensure(!covers || coverStoppedAt === undefined, 'a stopped cover goes on');
        ensure(!this.done.has(`${enrollmentNo} ${step}`), 'a touch is sent again');
        this.touches.push(effect);
        this.lastTouch = effect;
      }
    }
  }

  private follow({ kind, at, data }: Advance['records'][number]): void {
    if (kind === 'state') {
      const isKnown = canMove(this.state, data['to'] as LeadState, data['cause'] as TransitionCause);
      ensure(data['from'] === this.state && isKnown, 'the table has no such move');
      this.state = data['to'] as LeadState;
      this.moves.add(`${data['from']} → ${data['to']} (${data['cause']})`);
    } else if (kind === 'custody') {
      const { custody, accountable, salesPersonId } = data as unknown as Walk['custody'];
      this.custody = { custody, accountable, salesPersonId };
      ensure(at >= this.custodySince, 'custody goes back in time');
      this.custodySince = at;
    } else if (kind === 'migrated') this.landings.add(`${String(data['step'])} → ${String(data['to'])}`);
    else if (kind === 'offered') this.open.add(data['handoffNo'] as number);
    else if (kind === 'decided' && data['kind'] === 'undone') this.open.add(data['handoffNo'] as number);
    else if (kind === 'decided' && CLOSES_AN_OFFER.has(data['kind'])) {
      // What is withdrawn may not have been offered yet.
      const wasOpen = this.open.delete(data['handoffNo'] as number);
      ensure(wasOpen || data['kind'] === 'withdrawn', 'a handoff that is not open was decided');
    }
  }

  private sync(): Answers {
    this.dirty = false;
    const answers = this.answer(askOf(this.process, this.now));
    this.process = applyAnswers({ ...this.process, rev: this.process.rev + 1 }, answers);
    this.stored = this.process;
    this.plan = answers.plan ?? this.plan;
    return answers;
  }

  private restore(): void {
    const { enrollment } = this.stored;
    this.process = enrollment ? { ...this.stored, enrollment: { ...enrollment, sending: undefined } } : this.stored;
    this.plan = undefined;
    this.touches = [];
    this.sent.clear();
    this.offering = false;
    this.dirty = true;
  }

  private pauseOrResume(policy: ResumePolicy | undefined): void {
    const open = this.pauses.find(({ until }) => until === undefined);
    if (policy === undefined && !open) this.pauses.push({ no: this.pauses.length + 1, at: this.now });
    if (policy === undefined || !open) return;
    Object.assign(open, { until: this.now, policy });
    // Those who stand still because of it are poked.
    this.dirty ||= this.process.enrollment?.pausedBy === open.no;
  }

  private cadencePause(step: Ask['step']): Answers['cadencePause'] {
    if (step?.afterPause === undefined) return undefined;
    const { afterPause, pausedBy, stepAt, resumedAt = stepAt } = step;
    if (pausedBy !== undefined) return this.pauses.find(({ no }) => no === pausedBy);
    const from = Math.max(stepAt, resumedAt);
    const pause = this.pauses.find(({ no, until = Infinity }) => no > afterPause && until > from);
    return pause && { ...pause, at: Math.max(pause.at, from) };
  }

  /** The rivals that hold are of growing priority; one the lead is in already takes nothing. */
  private supersede({ cadence }: NonNullable<Ask['supersede']>): Answers['supersede'] {
    const wanted = CADENCES.find(({ key }) => key === cadence);
    if (wanted) return { plan: wanted };
    const { enrollment, suspended = [] } = this.process;
    const at = CADENCES.findIndex(({ key }) => key === enrollment?.cadence);
    const open = [enrollment, ...suspended].map((one) => one?.cadence);
    const plan = CADENCES.slice(at + 1, this.rivals + 1).find(({ key }) => !open.includes(key));
    return plan && { plan };
  }

  private suspendedGuard(ask: Ask): Answers['suspendedGuard'] {
    const first = ask.suspended?.[0];
    if (!first || this.conditionSince === undefined) return undefined;
    return { no: first.no, at: Math.max(first.enteredAt, this.conditionSince), reason: 'partner' };
  }

  /** A clock that stood goes on with exactly what was left, unless the policy lets it run. */
  private keepTime(before: LeadProcess, { process: after, records }: Advance): void {
    const { enrollment } = after;
    const resumed = records.find(({ kind }) => kind === 'resumed');
    const stood = [before.enrollment, ...(before.suspended ?? [])].find((one) => one?.no === enrollment?.no);
    if (!resumed || !enrollment || stood?.suspendedAt === undefined || stood.dueAt === undefined) return;
    const { kind } = planOf(enrollment.versionId).steps[enrollment.step] ?? { kind: 'exit' };
    if (!['wait', 'wait_for', 'todo'].includes(kind)) return;
    const isShift = resumed.data['policy'] === undefined;
    const left = Math.max(0, stood.dueAt - stood.suspendedAt);
    ensure(enrollment.dueAt === (isShift ? resumed.at + left : stood.dueAt), 'the remaining time changed');
  }

  private answer(ask: Ask): Answers {
    const { cursor } = this.process;
    const { step } = ask;
    const rulesFrom = ask.qualify?.rulesFrom;
    return {
      at: this.now,
      cursor: this.facts.length,
      facts: this.facts.filter((fact) => fact.seq > cursor && fact.isFact),
      contactable: this.facts.every((fact) => fact.kind !== 'unsubscribed'),
      intake: ask.intake ? { ok: this.reachable, why: 'checked' } : undefined,
      qualified: this.qualified(ask.qualify),
      guard: this.guard(step),
      ...this.stepAnswers(step),
      suspendedGuard: this.suspendedGuard(ask),
      entry: ask.entry ? this.entry(ask.entry) : undefined,
      supersede: ask.supersede ? this.supersede(ask.supersede) : undefined,
      cadencePause: this.cadencePause(step),
      cover: ask.cover && this.cover(ask.cover),
      plan: step && this.plan?.versionId !== step.versionId ? planOf(step.versionId) : undefined,
      ladder: ask.ladder ? ladderOf(ask.ladder) : undefined,
      graceEndsAt: ask.grace ? ask.grace.from + 2 * DAY : undefined,
      recycle: ask.recycle ? this.path : undefined,
      nextChangeAt: rulesFrom !== undefined && rulesFrom > this.now ? rulesFrom : undefined,
    };
  }

  private qualified(qualify: Ask['qualify']): Answers['qualified'] {
    if (!qualify) return undefined;
    const { from, after = -Infinity, rulesFrom = 0, handRaiseOnly } = qualify;
    const later = this.facts.filter((fact) => fact.at > after).sort((a, b) => a.at - b.at);
    const raise = later.find((fact) => fact.handRaise);
    const armedAt = after === -Infinity ? 0 : later[0]?.at;
    const met =
      this.ruleSince === undefined || armedAt === undefined || handRaiseOnly
        ? Infinity
        : Math.max(from, rulesFrom, this.ruleSince, armedAt);
    const raised = raise ? Math.max(from, raise.at) : Infinity;
    const at = Math.min(met, raised);
    if (at > this.now) return undefined;
    if (met < raised) return { at, ruleId: 'engaged-and-fits', definitionVersionId: 'definition-v1' };
    return { at, ruleId: 'hand-raise', definitionVersionId: 'definition-v1', handRaise: true };
  }

  private guard(step: Ask['step']): Answers['guard'] {
    const kinds = ['unsubscribed', 'email_reply'];
    const seen = this.facts.filter((fact) => step && fact.at >= step.enteredAt && kinds.includes(fact.kind));
    const first = seen.sort((a, b) => a.at - b.at)[0];
    return first && { at: first.at, index: kinds.indexOf(first.kind) };
  }

  private stepAnswers(step: Ask['step']): Pick<Answers, 'dueAt' | 'nextDueAt' | 'winner' | 'branch'> {
    if (!step || step.suspended) return {};
    const { kind } = planOf(step.versionId).steps[step.step] ?? { kind: 'exit' };
    if (kind === 'branch') return { branch: this.facts.length % 2 === 0 ? 0 : -1 };
    const length = { email: this.opens ? HOUR : undefined, wait: DAY, wait_for: 2 * DAY, todo: DAY }[kind as 'email'];
    const planned = length === undefined ? undefined : step.stepAt + length;
    const dueAt = step.dueAt ?? planned;
    const click = this.facts.find((fact) => fact.kind === 'email_click' && fact.at >= step.stepAt);
    const isWon =
      kind === 'wait_for' && click && dueAt !== undefined && Math.max(click.at, step.resumedAt ?? 0) < dueAt;
    return {
      dueAt: step.dueAt === undefined ? planned : undefined,
      nextDueAt: step.dueAt === undefined && step.step === 'pause' ? planned : undefined,
      winner: isWon ? { at: Math.max(click.at, step.resumedAt ?? 0), option: 0, seq: click.seq } : undefined,
    };
  }

  private entry({ cadence }: NonNullable<Ask['entry']>): Answers['entry'] {
    const wanted = CADENCES.find(({ key }) => key === cadence);
    if (wanted) return { plan: wanted };
    if (this.cadences === 'one') return { plan: CADENCES[0] };
    return this.cadences === 'later' ? { retryAt: (Math.floor(this.now / DAY) + 1) * DAY } : {};
  }

  private cover({ from }: NonNullable<Ask['cover']>): Answers['cover'] {
    if (!this.covers) return {};
    return this.now < from ? { at: from } : { plan: coverPlan };
  }

  private openHandoff(): void {
    this.offering = false;
    const { handoff } = this.process;
    if (!handoff) return;
    const base = { at: this.now, handoffNo: handoff.no };
    const outcomes: Record<typeof this.reps, OpenHandoffOutcome> = {
      rep: { ...base, result: 'offered', assigneeId: handoff.wantedAssigneeId ?? REP },
      nobody: { ...base, result: 'waiting', why: 'nobody_available' },
      'nobody, later': { ...base, result: 'waiting', why: 'nobody_available', retryAt: this.now + DAY },
      packet: { ...base, result: 'waiting', why: 'packet_incomplete' },
    };
    this.act({ kind: 'offer_result', outcome: outcomes[this.reps] });
  }

  private answerTouch({ result, untilMs }: Extract<Happening, { kind: 'touch_answered' }>): void {
    const touch = this.touches.shift();
    if (!touch) return;
    const needsInstant = result === 'deferred' || result === 'failed';
    const until = untilMs !== undefined || needsInstant ? this.now + (untilMs ?? HOUR) : undefined;
    if (['sent', 'in_doubt', 'skipped'].includes(result))
      this.sent.add(`${touch.enrollmentNo}/${touch.step}/${touch.visit}`);
    this.results.push(resultOf(touch, result, this.now, until));
  }

  private commandOf({ of, by, noOffset }: Extract<Happening, { kind: 'command' }>): LeadCommand {
    const handoffNo = Math.max(1, this.process.handoffs + noOffset);
    switch (of) {
      case 'accept':
        return { kind: of, handoffNo, by, via: 'api' };
      case 'reject':
        return { kind: of, handoffNo, by, via: 'mail', reason: 'not_ready' };
      case 'reassign':
        return { kind: of, handoffNo, by, toPersonId: by === REP ? OTHER_REP : REP };
      case 'acknowledge':
        return { kind: of, handoffNo, by };
      case 'first_touch':
        return { kind: of, handoffNo, by, disposition: 'talked', occurredAt: this.now };
      case 'give_back':
        return { kind: of, handoffNo, by, reason: 'no_response' };
      case 'outcome':
        return { kind: of, by, outcome: by === REP ? 'won' : 'lost' };
      case 'complete_todo': {
        const { no = 1, step = 'call', visit = 1 } = this.process.enrollment ?? {};
        const disposition = by === REP ? 'reached' : 'unknown';
        return { kind: of, enrollmentNo: no + noOffset, step, visit, disposition, by };
      }
      case 'migrate_enrollment':
      case 'migrate_suspended': {
        // Of a lead with something below, one person moves that, the other what runs.
        const { enrollment, suspended: [below] = [] } = this.process;
        const which = by === REP ? (below ?? enrollment) : enrollment;
        const { no = 1, versionId = walkPlan.versionId } = which ?? {};
        const plan = versionId === walkPlan.versionId ? otherPlan : walkPlan;
        const { moves, fresh } = mapSteps(planOf(versionId), plan, MAPPINGS[plan.versionId] ?? {});
        const order = { enrollmentNo: no + noOffset, fromVersionId: versionId, plan, moves, fresh, jobId: 'j', by };
        return { kind: which !== undefined && which === below ? 'migrate_suspended' : 'migrate_enrollment', ...order };
      }
      case 'undo':
      case 'stop_cover':
        return { kind: of, handoffNo, by, via: 'api' };
      case 'push':
      case 'reopen':
        return { kind: of, by, noteId: 'note' };
      case 'withdraw':
        return by === REP ? { kind: of, by } : { kind: of, handoffNo, by };
      case 'enroll':
        return { kind: of, by, cadence: CADENCES[(noOffset + 1) % CADENCES.length]?.key ?? 'nurture' };
      case 'remove_from_cadence':
        return by === REP
          ? { kind: of, by }
          : { kind: of, by, cadence: this.process.suspended?.[0]?.cadence ?? 'nurture' };
      case 'resume':
        return { kind: of, by, policy: RESUME_POLICIES[noOffset + 1] ?? 'shift' };
      case 'pause':
      case 'disqualify':
      case 'erase':
        return { kind: of, by };
    }
  }
}

/** What makes a walk worth the name. */
function whatSeen({ state, suspended = [], paused, enrollment, handoff }: LeadProcess): string[] {
  return [
    ...(suspended.length > 0 ? [['', 'two deep', 'three deep'][suspended.length] ?? 'deeper'] : []),
    ...(suspended.some(({ moved }) => moved !== undefined) ? ['moved below'] : []),
    ...(paused ? ['paused by a person'] : []),
    ...(enrollment?.pausedBy === undefined ? [] : ['paused by its cadence']),
    ...(enrollment?.pausedBy !== undefined && enrollment.pauseNo !== undefined ? ['cadence paused twice'] : []),
    ...(enrollment?.catchUp ? ['late'] : []),
    ...(enrollment?.phase === undefined
      ? []
      : [
          `covered while ${state}`,
          ...(suspended.length > 0 ? ['covered over another'] : []),
          ...(enrollment.sending ? ['a cover sends'] : []),
        ]),
    ...(handoff?.coverStoppedAt === undefined ? [] : ['cover stopped']),
  ];
}

function ensure(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

function resultOf(touch: Touch, result: TouchResult['result'], at: number, until?: number): LeadInput {
  const { enrollmentNo, step, visit } = touch;
  return { kind: 'touched', touch: { enrollmentNo, step, visit, result, at, until, reason: 'r' } };
}

function ladderOf({ purpose, from }: NonNullable<Ask['ladder']>): NonNullable<Answers['ladder']> {
  const rungs: NonNullable<Answers['ladder']>['rungs'] = [
    { at: from + 2 * HOUR, do: 'remind' },
    { at: from + 8 * HOUR, do: purpose === 'accept' ? 'return' : 'escalate' },
  ];
  return { purpose, rungs, next: 0, breachAt: from + 4 * HOUR };
}

const COMMANDS = [
  ...(['accept', 'reject', 'undo', 'reassign', 'acknowledge', 'first_touch', 'give_back', 'outcome'] as const),
  ...(['push', 'withdraw'] as const),
];
const RESULTS = ['sent', 'in_doubt', 'skipped', 'held', 'deferred', 'stale', 'failed'] as const;

const command = (...of: readonly LeadCommand['kind'][]): fc.Arbitrary<Happening> =>
  fc.record({
    kind: fc.constant('command' as const),
    of: fc.constantFrom(...of),
    by: fc.constantFrom(REP, OTHER_REP, MARKETER),
    noOffset: fc.constantFrom(0, 0, 0, 0, -1, 1),
  });

const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .constantFrom(MINUTE, HOUR, 5 * HOUR, DAY, 3 * DAY, 40 * DAY)
      .map((ms) => ({ kind: 'later', ms }) as const),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('engagement' as const),
      of: fc.constantFrom('email_click', 'page_view', 'email_reply'),
      agoMs: fc.constantFrom(0, 0, MINUTE, 5 * HOUR),
    }),
  },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom(0, MINUTE, DAY)
      .map((agoMs) => ({ kind: 'engagement', of: 'demo_request', agoMs, handRaise: true }) as const),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'engagement', of: 'unsubscribed', agoMs: 0 } as const) },
  { weight: 3, arbitrary: fc.boolean().map((holds) => ({ kind: 'rule', holds }) as const) },
  { weight: 12, arbitrary: command(...COMMANDS) },
  { weight: 1, arbitrary: command('disqualify') },
  { weight: 2, arbitrary: command('complete_todo') },
  { weight: 4, arbitrary: command('migrate_enrollment') },
  { weight: 1, arbitrary: command('reopen') },
  { weight: 1, arbitrary: command('erase') },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('touch_answered' as const),
      result: fc.constantFrom('sent', 'sent', ...RESULTS),
      untilMs: fc.constantFrom(undefined, MINUTE, DAY),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'old_result' } as const) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom('rep', 'nobody', 'nobody, later', 'packet')
      .map((found) => ({ kind: 'reps', found }) as const),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom('one', 'later', 'none').map((found) => ({ kind: 'cadences', found }) as const),
  },
  {
    weight: 3,
    arbitrary: fc
      .record({
        to: fc.constantFrom('resume', 'resume', 'cadence', 'review', 'disqualify'),
        earliestReturnAt: fc.constantFrom(undefined, T0 + 20 * DAY, T0 + 400 * DAY),
        scoreFactor: fc.constantFrom(undefined, 1, 0.5),
      })
      .map((path) => ({ kind: 'policy', path }) as const),
  },
  { weight: 1, arbitrary: fc.boolean().map((opens) => ({ kind: 'window', opens }) as const) },
  { weight: 1, arbitrary: fc.constant({ kind: 'unreachable' } as const) },
  { weight: 2, arbitrary: fc.constant({ kind: 'workflow_lost' } as const) },
);

/** Cadences that take the lead from each other, stop and go on. */
const beside: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 15, arbitrary: happening },
  { weight: 2, arbitrary: command('pause', 'resume', 'resume', 'enroll', 'remove_from_cadence', 'migrate_suspended') },
  { weight: 2, arbitrary: fc.nat({ max: 3 }).map((hold) => ({ kind: 'rivals', hold }) as const) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(undefined, undefined, ...RESUME_POLICIES)
      .map((policy) => ({ kind: 'cadence_pause', policy }) as const),
  },
  { weight: 1, arbitrary: fc.boolean().map((holds) => ({ kind: 'condition', holds }) as const) },
);

/** Accepted leads whom marketing goes on writing to. */
const covered: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 15, arbitrary: beside },
  { weight: 3, arbitrary: fc.constantFrom(true, true, false).map((found) => ({ kind: 'covers', found }) as const) },
  { weight: 3, arbitrary: fc.constantFrom(6 * MINUTE, HOUR).map((ms) => ({ kind: 'later', ms }) as const) },
  { weight: 3, arbitrary: command('accept', 'first_touch') },
  { weight: 1, arbitrary: command('stop_cover') },
);

/** Walks at random; answers what was seen on the way. */
function walkOften(happenings: fc.Arbitrary<Happening>): { seen: Set<string>; landings: Set<string> } {
  const seen = new Set<string>();
  const landings = new Set<string>();
  const property = fc.property(
    fc.array(fc.array(happenings, { maxLength: 3, size: 'max' }), { minLength: 5, maxLength: 60, size: 'max' }),
    (days) => {
      const walk = new Walk();
      for (const day of days) {
        for (const one of day) walk.happen(one);
        walk.settle();
        walk.check();
        for (const move of walk.moves) seen.add(move);
        for (const landing of walk.landings) landings.add(landing);
      }
    },
  );
  fc.assert(property, { seed: 20_260_301, numRuns: 1500 });
  return { seen, landings };
}

describe('a lead’s whole life, walked at random', () => {
  it('never throws, never turns in circles, never loses its owner, never waits for nothing, and keeps to the table', () => {
    const { seen, landings } = walkOften(happening);
    const table = TRANSITIONS.map(({ from, to, cause }) => `${from} → ${to} (${cause})`);
    expect(table.filter((move) => !seen.has(move))).toEqual([]);
    const landed = ['settle → rest', 'rest → settle', 'hello → hello', 'ask → ask'];
    expect(landed.filter((one) => !landings.has(one))).toEqual([]);
  });

  it('keeps all that, the remaining time and each touch once, while cadences supersede each other and are paused', () => {
    const { seen } = walkOften(beside);
    const wanted = [
      'two deep',
      'three deep',
      'paused by a person',
      'paused by its cadence',
      'cadence paused twice',
      'late',
      'moved below',
    ];
    expect(wanted.filter((one) => !seen.has(one))).toEqual([]);
  });

  it('keeps all that while air covers run beside sales', () => {
    const { seen } = walkOften(covered);
    const wanted = [
      ...['covered while accepted', 'covered while working', 'covered over another', 'a cover sends'],
      ...['cover stopped', 'paused by its cadence'],
    ];
    expect(wanted.filter((one) => !seen.has(one))).toEqual([]);
  });
});
