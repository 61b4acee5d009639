import { custodyOf } from './custody.js';
import type {
  Advance,
  DecisionKind,
  HandoffProcess,
  LastDecision,
  LeadEffect,
  LeadProcess,
  LeadRecord,
  LeadRecordKind,
} from './lead-process.js';
import type { NoticeKind } from './notice-kind.js';
import { canMove, type LeadState, type TransitionCause } from './lead-state.js';

const KEPT_DECISIONS = 6;

/** What one step of the reducer builds up: the next process, what happened, what is to be done. Lives inside one call. */
export class Draft {
  readonly records: LeadRecord[] = [];
  readonly effects: LeadEffect[] = [];

  constructor(public process: LeadProcess) {}

  set(patch: Partial<LeadProcess>): void {
    this.process = { ...this.process, ...patch };
  }

  setHandoff(patch: Partial<HandoffProcess>): void {
    if (this.process.handoff) this.set({ handoff: { ...this.process.handoff, ...patch } });
  }

  record(kind: LeadRecordKind, at: number, data: LeadRecord['data'] = {}): void {
    this.records.push({ kind, at, data });
  }

  /** Moves the lead along an edge of the table and writes the custody that follows from it. */
  move(to: LeadState, cause: TransitionCause, at: number, patch: Partial<LeadProcess> = {}): void {
    const from = this.process.state;
    if (!canMove(from, to, cause)) throw new Error(`the transition table has no edge ${from} → ${to} (${cause})`);
    const before = this.process;
    // A decision can be undone only as long as nothing came after it.
    this.set({ undo: undefined, ...patch, state: to, since: at, judgedAt: undefined });
    this.record('state', at, { from, to, cause });
    this.recordCustody(before, cause, at);
  }

  /** Writes a custody record when who answers for the lead has changed since `before`. */
  recordCustody(before: LeadProcess, cause: string, at: number): void {
    const was = custodyOf(before);
    const is = custodyOf(this.process);
    if (was.custody === is.custody && was.accountable === is.accountable && was.salesPersonId === is.salesPersonId)
      return;
    const { handoff } = this.process;
    this.record('custody', at, { ...is, cause, ruleId: handoff?.ruleId ?? null, handoffNo: handoff?.no ?? null });
  }

  /** Keeps a decision, so that the same call again gets the same answer and another one hears who decided. */
  decide(decision: LastDecision): void {
    const { lastDecision, earlierDecisions = [] } = this.process;
    const earlier = lastDecision ? [lastDecision, ...earlierDecisions].slice(0, KEPT_DECISIONS) : earlierDecisions;
    this.set({ lastDecision: decision, earlierDecisions: earlier });
  }

  /** Takes decisions back: whoever asks later hears what stands. */
  forget(handoffNo: number, kinds: readonly DecisionKind[]): void {
    const { lastDecision, earlierDecisions = [] } = this.process;
    const all = lastDecision ? [lastDecision, ...earlierDecisions] : earlierDecisions;
    const [last, ...earlier] = all.filter((one) => one.handoffNo !== handoffNo || !kinds.includes(one.kind));
    this.set({ lastDecision: last, earlierDecisions: earlier.length === 0 ? undefined : earlier });
  }

  notify(notice: NoticeKind, handoffNo: number): void {
    const ordinal = this.process.notices + 1;
    this.set({ notices: ordinal });
    this.effects.push({ kind: 'notify', notice, handoffNo, ordinal });
  }

  result(): Advance {
    return { process: this.process, records: this.records, effects: this.effects };
  }
}
