import { qualify } from './advance-handoff.js';
import { custodyOf } from './custody.js';
import type { Draft } from './draft.js';
import { endEnrollments } from './end-enrollment.js';
import type { CommandAnswer, LeadCommand } from './lead-command.js';

/** Orders about a lead as a whole, each only where `refuseCommand` has nothing against it. */

/** A person offers the lead to sales by hand, with a reason; counted apart from what the definition qualifies. */
export function push(draft: Draft, command: Extract<LeadCommand, { kind: 'push' }>, at: number): CommandAnswer {
  const { by, noteId } = command;
  const handoffNo = draft.process.handoffs + 1;
  draft.record('decided', at, { handoffNo, kind: 'pushed', by, noteId });
  draft.decide({ handoffNo, kind: 'pushed', by, at });
  const verdict = { ruleId: null, definitionVersionId: null, qualifiedBy: 'person', noteId } as const;
  qualify(draft, verdict, 'pushed_by_person', at);
  return { ok: true, state: draft.process.state, at };
}

export function disqualify(
  draft: Draft,
  command: Extract<LeadCommand, { kind: 'disqualify' }>,
  at: number,
): CommandAnswer {
  const { by, noteId } = command;
  const { handoff } = draft.process;
  // Whoever answers the offer after that hears that it was taken back, by whom and when.
  if (handoff?.offeredAt !== undefined) {
    draft.record('decided', at, { handoffNo: handoff.no, kind: 'withdrawn', by, noteId });
    draft.decide({ handoffNo: handoff.no, kind: 'withdrawn', by, at });
  }
  draft.record('decided', at, { kind: 'disqualified', by, noteId, handoffNo: handoff?.no ?? null });
  endEnrollments(draft, 'disqualified', at);
  draft.move('disqualified', 'disqualified_by_person', at, { handoff: undefined, ladder: undefined });
  return { ok: true, state: draft.process.state, at };
}

/** A person takes a disqualified lead up again: it goes to nurture as it stood, and what came meanwhile counts. */
export function reopen(draft: Draft, command: Extract<LeadCommand, { kind: 'reopen' }>, at: number): CommandAnswer {
  const { by, noteId } = command;
  const { handoffs, since, qualifyAfter = since } = draft.process;
  draft.record('decided', at, { kind: 'reopened', by, noteId });
  draft.decide({ handoffNo: handoffs, kind: 'reopened', by, at });
  draft.move('nurturing', 'reopened', at, {
    ...{ handoff: undefined, ladder: undefined, returning: undefined, hold: undefined },
    ...{ earliestReturnAt: undefined, nextCadence: undefined, noCadenceUntil: undefined },
    paused: undefined,
    qualifyAfter: Math.max(qualifyAfter, since),
  });
  return { ok: true, state: draft.process.state, at };
}

/** The lead's right: everything under way ends at once, whatever state it is in. */
export function erase(draft: Draft, { by }: Extract<LeadCommand, { kind: 'erase' }>, at: number): CommandAnswer {
  const { state, handoff } = draft.process;
  if (state === 'offered' && handoff?.offeredAt !== undefined)
    draft.record('decided', at, { handoffNo: handoff.no, kind: 'withdrawn', by });
  draft.record('decided', at, { kind: 'erased', by });
  endEnrollments(draft, 'erased', at);
  draft.move('erased', 'erased', at, {
    ...{ handoff: undefined, ladder: undefined, returning: undefined, hold: undefined },
    ...{ earliestReturnAt: undefined, nextCadence: undefined, noCadenceUntil: undefined },
    ...{ lastDecision: undefined, earlierDecisions: undefined, contactable: false },
  });
  // Custody ends here, also where marketing had it.
  const { custody, accountable, salesPersonId } = custodyOf(draft.process);
  if (!draft.records.some(({ kind }) => kind === 'custody'))
    draft.record('custody', at, {
      custody,
      accountable,
      salesPersonId,
      cause: 'erased',
      ruleId: null,
      handoffNo: null,
    });
  return { ok: true, state: draft.process.state, at };
}
