import { nextWakeAt } from './decide-next.js';
import {
  explainAccepted,
  explainOffered,
  explainQualified,
  explainReturning,
  explainWorking,
} from './explain-handoff.js';
import { explainNurturing } from './explain-nurturing.js';
import {
  at,
  type ExplainInput,
  originSentence,
  personOf,
  qualifiedSentence,
  type StateExplanation,
} from './explain-words.js';
import type { LeadState } from './lead-state.js';

/** Why a lead is where it is, what it waits for, and what would move it. Instants in epoch milliseconds. */
export interface LeadExplanation extends StateExplanation {
  readonly state: LeadState;
  readonly nextWakeAt: number | null;
}

/**
 * Explains a lead (product: Score and definition, explain): computed from its process with the same functions that move
 * it, so that it never says anything else than what will happen.
 */
export function explainLead(input: ExplainInput): LeadExplanation {
  const { process, plan, now } = input;
  const wakeAt = nextWakeAt(process, plan, now) ?? null;
  return { state: process.state, ...explainState(input), nextWakeAt: wakeAt };
}

function explainState(input: ExplainInput): StateExplanation {
  switch (input.process.state) {
    case 'raw':
      return explainRaw(input);
    case 'nurturing':
      return explainNurturing(input);
    case 'qualified':
      return explainQualified(input);
    case 'offered':
      return explainOffered(input);
    case 'accepted':
      return explainAccepted(input);
    case 'working':
      return explainWorking(input);
    case 'returning':
      return explainReturning(input);
    case 'lost':
      return explainLost(input);
    case 'won':
    case 'disqualified':
    case 'erased':
      return explainClosed(input);
  }
}

function explainRaw(input: ExplainInput): StateExplanation {
  return {
    sentence: 'New: its identity, consent and contactability are being checked.',
    because: [originSentence(input)],
    waitsFor: { kinds: ['intake_checks'], until: null, sentence: 'The intake checks, which take seconds.' },
    wouldMove: ['With a hand-raise it goes to sales, without one to nurture.'],
  };
}

function explainLost(input: ExplainInput): StateExplanation {
  const { process, now } = input;
  const { returning } = process;
  const returnAt = returning?.path?.earliestReturnAt;
  const until = returnAt !== undefined && returnAt > now ? returnAt : null;
  const reason = returning?.reason ? ` (${input.names.reason(returning.reason)})` : '';
  return {
    sentence: `Lost on ${at(input, process.since)}${reason}.`,
    because: [originSentence(input)],
    waitsFor: {
      kinds: ['hand_raise'],
      until,
      sentence: until === null ? 'Nothing but a hand-raise.' : `A hand-raise, or its return date: ${at(input, until)}.`,
    },
    wouldMove: [
      'A hand-raise takes it to sales again.',
      ...(until === null ? [] : [`On ${at(input, until)} it returns to nurture.`]),
    ],
  };
}

const CLOSED = {
  won: 'Won',
  disqualified: 'Disqualified',
  erased: 'Erased',
} as const;

function explainClosed(input: ExplainInput): StateExplanation {
  const { process } = input;
  const state = process.state as keyof typeof CLOSED;
  const by = state === 'won' && process.handoff?.assigneeId ? ` by ${personOf(input, process.handoff.assigneeId)}` : '';
  const why = state === 'won' ? qualifiedSentence(input) : undefined;
  return {
    sentence: `${CLOSED[state]}${by} on ${at(input, process.since)}.`,
    because: state === 'erased' ? [] : [originSentence(input), ...(why === undefined ? [] : [why])],
    waitsFor: { kinds: [], until: null, sentence: 'Nothing: its process is closed.' },
    wouldMove: state === 'disqualified' ? ['A person can reopen it, with a reason.'] : [],
  };
}
