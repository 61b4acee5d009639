import type { CadencePlan } from '../cadence/cadence-plan.js';
import { nextOffer } from './advance-handoff.js';
import type { Draft } from './draft.js';
import type { CommandAnswer, LeadCommand } from './lead-command.js';
import type { HandoffProcess, UndoProcess } from './lead-process.js';
import { UNDO_WITHIN_MS } from './undo-time.js';
import { resumeEnrollment } from './suspend-enrollment.js';

/** Decisions on an open offer. Each is carried out only where `refuseCommand` has nothing against it. */

export function accept(draft: Draft, command: Extract<LeadCommand, { kind: 'accept' }>, at: number): CommandAnswer {
  const { handoffNo, by, via, noteId, firstContactBy, meetingAt } = command;
  draft.record('decided', at, { handoffNo, kind: 'accepted', by, via, noteId, firstContactBy, meetingAt });
  const undo = undoOf(draft, handoffNo, by, at);
  draft.setHandoff({ acceptedAt: at, firstContactBy });
  draft.decide({ handoffNo, kind: 'accepted', by, at });
  draft.move('accepted', 'accepted', at, { ladder: undefined, undo });
  return { ok: true, state: draft.process.state, at };
}

export function reject(draft: Draft, command: Extract<LeadCommand, { kind: 'reject' }>, at: number): CommandAnswer {
  const { handoffNo, by, via, noteId, reason, quality, earliestReturnAt } = command;
  draft.record('decided', at, { handoffNo, kind: 'rejected', by, via, noteId, reason, quality, earliestReturnAt });
  const undo = undoOf(draft, handoffNo, by, at);
  draft.decide({ handoffNo, kind: 'rejected', by, at });
  draft.move('returning', 'rejected', at, {
    ladder: undefined,
    returning: { handoffNo, cause: 'rejected', reason, decidedAt: at, wantedReturnAt: earliestReturnAt },
    returns: (draft.process.returns ?? 0) + 1,
    qualifyAfter: at,
    undo,
  });
  draft.notify('return_to_acknowledge', handoffNo);
  return { ok: true, state: draft.process.state, at };
}

/** What undoing would bring back, as it stands before the decision. */
function undoOf({ process }: Draft, handoffNo: number, by: string, at: number): UndoProcess {
  const { ladder, qualifyAfter } = process;
  return {
    ...{ handoffNo, by, until: at + UNDO_WITHIN_MS },
    ...(ladder === undefined ? {} : { ladder }),
    ...(qualifyAfter === undefined ? {} : { qualifyAfter }),
  };
}

/** The decider takes it back: the offer is open again and its ladder ran on meanwhile. */
export function undo(draft: Draft, command: Extract<LeadCommand, { kind: 'undo' }>, at: number): CommandAnswer {
  const { handoffNo, by, via, noteId } = command;
  const { undo: kept, handoff, state, returns = 0, qualifyAfter } = draft.process;
  if (!kept || !handoff) return { ok: false, state, why: 'not_decided' };
  const { acceptedAt: _at, graceEndsAt: _grace, firstContactBy: _promise, ...open } = handoff;
  const { coverAt: _cover, coverStoppedAt: _stopped, ...offered } = open;
  draft.record('decided', at, { handoffNo, kind: 'undone', by, via, noteId });
  draft.forget(handoffNo, ['accepted', 'rejected']);
  draft.decide({ handoffNo, kind: 'undone', by, at });
  draft.move('offered', 'undone', at, {
    ladder: kept.ladder,
    handoff: offered,
    returning: undefined,
    returns:
      state === 'returning' && returns > 1 ? returns - 1 : state === 'returning' ? undefined : draft.process.returns,
    qualifyAfter: state === 'returning' ? kept.qualifyAfter : qualifyAfter,
  });
  return { ok: true, state: draft.process.state, at };
}

export function reassign(draft: Draft, command: Extract<LeadCommand, { kind: 'reassign' }>, at: number): CommandAnswer {
  const { handoffNo, by, toPersonId, noteId } = command;
  const { handoff } = draft.process;
  if (!handoff) return { ok: false, state: draft.process.state, why: 'not_offered' };
  const no = draft.process.handoffs + 1;
  draft.record('decided', at, { handoffNo, kind: 'withdrawn', by, noteId, toPersonId });
  const to = toPersonId === undefined ? ({ rerouted: true } as const) : { toPersonId };
  draft.decide({ handoffNo, kind: 'withdrawn', by, at, ...to });
  draft.move('offered', 'reassigned', at, {
    ladder: undefined,
    handoffs: no,
    handoff:
      toPersonId === undefined ? rerouted(handoff, no) : { ...nextOffer(handoff, no), wantedAssigneeId: toPersonId },
  });
  draft.effects.push({ kind: 'open_handoff' });
  return { ok: true, state: draft.process.state, at };
}

/** While nobody is free it waits in the queue: that the ladder passed it on before sends nothing back to marketing. */
function rerouted(handoff: HandoffProcess, no: number): HandoffProcess {
  const { passedOn: _ladder, ...next } = nextOffer(handoff, no);
  return next;
}

/** Marketing takes back what is on its way to sales; the cadence goes on where it stood. */
export function withdraw(
  draft: Draft,
  command: Extract<LeadCommand, { kind: 'withdraw' }>,
  at: number,
  plan: CadencePlan | undefined,
): CommandAnswer {
  const { by, noteId } = command;
  const handoffNo = draft.process.handoff?.no ?? draft.process.handoffs;
  draft.record('decided', at, { handoffNo, kind: 'withdrawn', by, noteId });
  draft.decide({ handoffNo, kind: 'withdrawn', by, at });
  // What held until now was judged by a person: only something new qualifies again.
  draft.move('nurturing', 'withdrawn', at, { handoff: undefined, ladder: undefined, qualifyAfter: at });
  const { enrollment } = draft.process;
  if (plan) resumeEnrollment(draft, plan, at);
  else if (enrollment) draft.set({ enrollment: { ...enrollment, resumeAt: at } });
  return { ok: true, state: draft.process.state, at };
}
