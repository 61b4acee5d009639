import { dropCover, endCover, isUnderWay } from './air-cover.js';
import type { Draft } from './draft.js';
import { endEnrollments } from './end-enrollment.js';
import type { CommandAnswer, LeadCommand } from './lead-command.js';

/** What sales does with a lead it has accepted, each only where `refuseCommand` has nothing against it. */

export function firstTouch(
  draft: Draft,
  command: Extract<LeadCommand, { kind: 'first_touch' }>,
  at: number,
): CommandAnswer {
  const { handoffNo, by, disposition, occurredAt, noteId } = command;
  const again = draft.process.state === 'working' ? true : undefined;
  draft.record('first_touch', at, { handoffNo, by, disposition, occurredAt, noteId, again });
  if (again) return { ok: true, state: draft.process.state, at };
  draft.setHandoff({ firstTouchAt: occurredAt });
  const { judgedAt } = draft.process;
  draft.move('working', 'first_touch', at, { ladder: undefined });
  // What an air cover waits for was found not to hold up to here, and it goes on.
  if (draft.process.enrollment && isUnderWay(draft.process)) draft.set({ judgedAt });
  return { ok: true, state: draft.process.state, at };
}

export function giveBack(
  draft: Draft,
  command: Extract<LeadCommand, { kind: 'give_back' }>,
  at: number,
): CommandAnswer {
  const { handoffNo, by, reason, noteId, earliestReturnAt } = command;
  draft.record('decided', at, { handoffNo, kind: 'given_back', by, reason, noteId, earliestReturnAt });
  draft.decide({ handoffNo, kind: 'given_back', by, at });
  dropCover(draft);
  endCover(draft, 'returned', at);
  draft.move('returning', 'given_back', at, {
    ladder: undefined,
    returning: { handoffNo, cause: 'given_back', reason, decidedAt: at, wantedReturnAt: earliestReturnAt },
    returns: (draft.process.returns ?? 0) + 1,
    qualifyAfter: at,
  });
  draft.notify('return_to_acknowledge', handoffNo);
  return { ok: true, state: draft.process.state, at };
}

export function closeOutcome(
  draft: Draft,
  command: Extract<LeadCommand, { kind: 'outcome' }>,
  at: number,
): CommandAnswer {
  const { outcome, by, reason, amount, currency, externalId, noteId } = command;
  const handoffNo = draft.process.handoff?.no ?? draft.process.handoffs;
  draft.record('outcome', at, { handoffNo, outcome, by, reason, amount, currency, externalId, noteId });
  draft.decide({ handoffNo, kind: outcome, by, at });
  dropCover(draft);
  endEnrollments(draft, 'handed_over', at);
  if (outcome === 'won') {
    draft.move('won', 'won', at, { ladder: undefined });
    return { ok: true, state: draft.process.state, at };
  }
  draft.move('lost', 'lost', at, {
    ladder: undefined,
    handoff: undefined,
    returning: { handoffNo, cause: 'lost', reason: reason ?? null, decidedAt: at },
    returns: (draft.process.returns ?? 0) + 1,
    qualifyAfter: at,
  });
  return { ok: true, state: draft.process.state, at };
}
