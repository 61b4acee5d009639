import { endEnrollment, suspendEnrollment } from './advance-enrollment.js';
import type { Draft } from './draft.js';
import type { HandoffProcess, RungAction, NoticeKind } from './lead-process.js';
import type { TransitionCause } from './lead-state.js';

/** Result of one `openHandoff`. */
export type OpenHandoffOutcome =
  | { readonly result: 'offered'; readonly at: number; readonly handoffNo: number; readonly assigneeId: string }
  | {
      readonly result: 'waiting';
      readonly at: number;
      readonly handoffNo: number;
      readonly why: string;
      readonly retryAt?: number;
    };

/** Makes the lead qualified: the enrollment is suspended and a handoff is opened. */
export function qualify(
  draft: Draft,
  verdict: Pick<HandoffProcess, 'ruleId' | 'definitionVersionId' | 'qualifiedBy' | 'noteId' | 'offerStep'>,
  cause: TransitionCause,
  at: number,
): void {
  const no = draft.process.handoffs + 1;
  suspendEnrollment(draft, at);
  draft.move('qualified', cause, at, {
    handoffs: no,
    handoff: { no, ...verdict, qualifiedAt: at },
    ladder: undefined,
    returning: undefined,
    earliestReturnAt: undefined,
    hold: undefined,
  });
  draft.record('qualified', at, {
    handoffNo: no,
    by: verdict.qualifiedBy,
    ruleId: verdict.ruleId,
    definitionVersionId: verdict.definitionVersionId,
  });
  draft.effects.push({ kind: 'open_handoff' });
}

/** Takes the result of `openHandoff`: offered to a rep, or waiting for a packet or a rep. */
export function takeOffer(draft: Draft, outcome: OpenHandoffOutcome): void {
  const { handoff, state } = draft.process;
  if (!handoff || handoff.no !== outcome.handoffNo || handoff.offeredAt !== undefined) return;
  if (outcome.result === 'waiting') {
    const first = handoff.waiting?.why !== outcome.why;
    const { cursor } = draft.process;
    if (outcome.why === OFFER_FAILED) {
      const tries = (handoff.waiting?.tries ?? 0) + 1;
      draft.setHandoff({ waiting: { why: OFFER_FAILED, retryAt: outcome.at + failurePause(tries), cursor, tries } });
    } else draft.setHandoff({ waiting: { why: outcome.why, retryAt: retryInstant(outcome), cursor } });
    if (first) draft.record('offer_waiting', outcome.at, { handoffNo: handoff.no, why: outcome.why });
    // Nobody can do anything about a failure but whoever runs the system: they see it in the record and in the metrics.
    if (first && outcome.why !== OFFER_FAILED) draft.notify('queued', handoff.no);
    return;
  }
  const before = draft.process;
  draft.setHandoff({ waiting: undefined, assigneeId: outcome.assigneeId, offeredAt: outcome.at });
  if (state === 'qualified') draft.move('offered', 'packet_and_rep_there', outcome.at, { ladder: undefined });
  else draft.recordCustody(before, 'reassigned', outcome.at);
  draft.record('offered', outcome.at, { handoffNo: handoff.no, assigneeId: outcome.assigneeId });
  draft.notify('offer', handoff.no);
}

/** Why a handoff waits whose offer could not be made: the database was away, or a row is bad. */
export const OFFER_FAILED = 'offer_failed';

/** 1, 2, 4 … 60 minutes. */
const failurePause = (tries: number): number => Math.min(60, 2 ** (tries - 1)) * 60_000;

/** Reps come and go without a fact of the lead, so a queued one is looked at again even when no instant is known. */
const QUEUE_RETRY_MS = 3_600_000;
const SHORTEST_RETRY_MS = 60_000;

function retryInstant({ at, why, retryAt }: Extract<OpenHandoffOutcome, { result: 'waiting' }>): number | undefined {
  if (retryAt !== undefined) return retryAt > at ? retryAt : at + SHORTEST_RETRY_MS;
  return why === 'packet_incomplete' ? undefined : at + QUEUE_RETRY_MS;
}

const ACCEPT_RUNGS: Partial<Record<RungAction, NoticeKind>> = {
  remind: 'reminder',
  tell_team_owner: 'team_owner',
  escalate: 'escalation',
};
const FIRST_TOUCH_RUNGS: Partial<Record<RungAction, NoticeKind>> = {
  remind: 'first_touch_reminder',
  tell_team_owner: 'first_touch_team_owner',
  escalate: 'escalation',
};
const ACKNOWLEDGE_RUNGS: Partial<Record<RungAction, NoticeKind>> = {
  remind: 'return_to_acknowledge',
  escalate: 'acknowledge_escalation',
  tell_team_owner: 'acknowledge_escalation',
};
const RUNG_NOTICES = { accept: ACCEPT_RUNGS, first_touch: FIRST_TOUCH_RUNGS, acknowledge: ACKNOWLEDGE_RUNGS };

/** Climbs the ladder by one rung at its instant. */
export function climb(draft: Draft, at: number): void {
  const { ladder, handoff, returning } = draft.process;
  const rung = ladder?.rungs[ladder.next];
  if (!ladder || !rung) return;
  const handoffNo = handoff?.no ?? returning?.handoffNo ?? draft.process.handoffs;
  draft.set({ ladder: { ...ladder, next: ladder.next + 1 } });
  draft.record('rung', at, { handoffNo, purpose: ladder.purpose, do: rung.do });
  // Without reassignments left the last rung returns the lead.
  if (ladder.purpose === 'accept' && (rung.do === 'return' || rung.do === 'reassign')) {
    expire(draft, handoffNo, at);
    return;
  }
  const notice = RUNG_NOTICES[ladder.purpose][rung.do];
  if (notice) draft.notify(notice, handoffNo);
}

function expire(draft: Draft, handoffNo: number, at: number): void {
  draft.move('returning', 'expired', at, {
    ladder: undefined,
    returning: { handoffNo, cause: 'expired', reason: null, decidedAt: at },
    returns: (draft.process.returns ?? 0) + 1,
    qualifyAfter: at,
  });
  draft.decide({ handoffNo, kind: 'expired', by: null, at });
  draft.record('decided', at, { handoffNo, kind: 'expired', by: null });
  draft.notify('expired', handoffNo);
  draft.notify('return_to_acknowledge', handoffNo);
}

/** The grace of the shared zone is over: sales answers alone and the cadence ends. */
export function endGrace(draft: Draft, at: number): void {
  const before = draft.process;
  // 0 says "over": the instant itself stands in the custody record.
  draft.setHandoff({ graceEndsAt: 0 });
  draft.recordCustody(before, 'grace_over', at);
  endEnrollment(draft, 'handed_over', at);
}
