import { dropCover } from './air-cover.js';
import type { Draft } from './draft.js';
import { endEnrollments } from './end-enrollment.js';
import type { HandoffProcess, Ladder, LeadProcess, RungAction } from './lead-process.js';
import type { NoticeKind } from './notice-kind.js';
import type { TransitionCause } from './lead-state.js';
import { suspendEnrollment } from './suspend-enrollment.js';

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
    // What a person or a policy wanted next is over: the way back says what is.
    nextCadence: draft.process.v >= 2 ? undefined : draft.process.nextCadence,
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
    if (
      first &&
      outcome.why === 'nobody_available' &&
      handoff.passedOn &&
      nobodyElse(draft, handoff.passedOn, outcome.at)
    )
      return;
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

/** Nobody but those who let it run out can take the lead. True when it goes back to marketing for that. */
function nobodyElse(draft: Draft, { fromId, then }: NonNullable<HandoffProcess['passedOn']>, at: number): boolean {
  const offeredNo = draft.process.handoffs - 1;
  if (then === 'escalate') {
    draft.notify('escalation', offeredNo);
    return false;
  }
  const { handoff } = draft.process;
  // The number that was never offered is free again, and who had the last offer still has a hand on the lead.
  returnExpired(draft, offeredNo, at, {
    handoffs: offeredNo,
    handoff: handoff && { ...handoff, no: offeredNo, ...(fromId === undefined ? {} : { assigneeId: fromId }) },
  });
  draft.notify('return_to_acknowledge', offeredNo);
  return true;
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
  if (ladder.purpose === 'accept' && rung.do === 'reassign') {
    passOn(draft, ladder, handoffNo, at);
    return;
  }
  if (ladder.purpose === 'accept' && rung.do === 'return') {
    expire(draft, handoffNo, at);
    return;
  }
  const notice = RUNG_NOTICES[ladder.purpose][rung.do];
  if (notice) draft.notify(notice, handoffNo);
}

/**
 * The lead goes to the next rep, under a new number with an SLA of its own; without a reassignment left the rung does what
 * the policy says then. Source: semantics, ladder and calendars.
 */
function passOn(draft: Draft, { reassign }: Ladder, handoffNo: number, at: number): void {
  const { handoff, v } = draft.process;
  const { times, then } = reassign ?? { times: 0, then: 'return' };
  const passed = handoff?.passedOn?.times ?? 0;
  // Leads of version 1 are returned by this rung.
  if (!handoff || v < 2 || passed >= times) {
    if (v < 2 || then === 'return') expire(draft, handoffNo, at);
    else draft.notify('escalation', handoffNo);
    return;
  }
  draft.record('decided', at, { handoffNo, kind: 'expired', by: null });
  draft.decide({ handoffNo, kind: 'expired', by: null, at });
  draft.move('offered', 'reassigned', at, {
    ladder: undefined,
    handoffs: draft.process.handoffs + 1,
    handoff: {
      ...nextOffer(handoff, draft.process.handoffs + 1),
      passedOn: { times: passed + 1, fromId: handoff.assigneeId, then },
    },
  });
  draft.notify('passed_on', handoffNo);
  draft.effects.push({ kind: 'open_handoff' });
}

/** The same qualification, offered under another number. */
export function nextOffer(handoff: HandoffProcess, no: number): HandoffProcess {
  const { qualifiedBy, ruleId, definitionVersionId, qualifiedAt, noteId, offerStep, passedOn } = handoff;
  return {
    ...{ no, qualifiedBy, ruleId, definitionVersionId, qualifiedAt },
    ...(noteId === undefined ? {} : { noteId }),
    ...(offerStep === undefined ? {} : { offerStep }),
    ...(passedOn === undefined ? {} : { passedOn }),
  };
}

function expire(draft: Draft, handoffNo: number, at: number): void {
  returnExpired(draft, handoffNo, at);
  draft.decide({ handoffNo, kind: 'expired', by: null, at });
  draft.record('decided', at, { handoffNo, kind: 'expired', by: null });
  draft.notify('expired', handoffNo);
  draft.notify('return_to_acknowledge', handoffNo);
}

function returnExpired(draft: Draft, handoffNo: number, at: number, patch: Partial<LeadProcess> = {}): void {
  draft.move('returning', 'expired', at, {
    ...patch,
    ladder: undefined,
    returning: { handoffNo, cause: 'expired', reason: null, decidedAt: at },
    returns: (draft.process.returns ?? 0) + 1,
    qualifyAfter: at,
  });
}

/** The grace of the shared zone is over: sales answers alone and the cadence ends. */
export function endGrace(draft: Draft, at: number): void {
  const before = draft.process;
  dropCover(draft);
  // 0 says "over": the instant itself stands in the custody record.
  draft.setHandoff({ graceEndsAt: 0 });
  draft.recordCustody(before, 'grace_over', at);
  endEnrollments(draft, 'handed_over', at);
}
