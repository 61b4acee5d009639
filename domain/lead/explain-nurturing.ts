import type { CadenceDocument } from '../cadence/cadence.schema.js';
import { describeStep } from '../cadence/describe-step.js';
import type { CadenceStep, WaitForStep } from '../cadence/steps/step-kinds.schema.js';
import { conditionDependencies } from '../condition/condition-dependencies.js';
import { describeCondition, plainName } from '../condition/describe-condition.js';
import { askOf } from './ask-of.js';
import { explainQualification } from './explain-qualification.js';
import { explainPaused, putOffWords, suspendedSentences } from './explain-standing.js';
import {
  at,
  decisionsOf,
  type ExplainInput,
  listWords,
  originSentence,
  personOf,
  scoreSentence,
  type StateExplanation,
  type WaitsFor,
} from './explain-words.js';
import type { DecisionKind, EnrollmentProcess } from './lead-process.js';

/** A lead in marketing's hands: the step it is at or why no cadence has it, and what would take it to sales. */
export function explainNurturing(input: ExplainInput): StateExplanation {
  const { enrollment } = input.process;
  const { situation, waitsFor } = enrollment ? inCadence(input, enrollment) : withoutCadence(input);
  return {
    sentence: `In nurture: ${situation}.`,
    because: [
      ...returnedSentence(input),
      ...(enrollment ? [enteredSentence(input, enrollment), ...movedSentence(input, enrollment)] : []),
      ...suspendedSentences(input),
      scoreSentence(input),
      originSentence(input),
    ],
    waitsFor,
    wouldMove: [...explainQualification(input), ...stepMoves(input), ...guardMoves(input)],
  };
}

interface Situation {
  readonly situation: string;
  readonly waitsFor: WaitsFor;
}

function inCadence(input: ExplainInput, enrollment: EnrollmentProcess): Situation {
  const { cadence } = input;
  const { dueAt, suspendedAt, resumeAt, held, sending } = enrollment;
  const where = `cadence ${nameOf(cadence, enrollment)}, step ${enrollment.step}`;
  const paused = explainPaused(input, `${where}: `, enrollment);
  if (paused) return paused;
  if (suspendedAt !== undefined) return rests(input, resumeAt, `${where}, is suspended`);
  if (held !== undefined) {
    const again = dueAt === undefined ? '' : ` The next try is on ${at(input, dueAt)}.`;
    return {
      situation: `${where}, but its touch is held: ${heldWords(held)}`,
      waitsFor: { kinds: ['profile_change'], until: dueAt ?? null, sentence: `Its marketer to see to it.${again}` },
    };
  }
  const step = stepOf(cadence, enrollment);
  const until = dueAt ?? null;
  const by = until === null ? '' : `, ${at(input, until)}`;
  if (!step) return { situation: where, waitsFor: { kinds: [], until, sentence: `The step ${enrollment.step}${by}.` } };
  const words = describeStep(step);
  const situation = `${where}: ${words}`;
  if ('email' in step) {
    const touch = `The touch “${step.email.template}”${by}${putOffWords(input)}.`;
    const sentence = sending === true ? 'The answer of the mail server.' : touch;
    return { situation, waitsFor: { kinds: ['touch'], until, sentence } };
  }
  if ('wait_for' in step) {
    const last = until === null ? '' : `: until ${at(input, until)}`;
    return { situation, waitsFor: { kinds: awaitedKinds(step), until, sentence: `${words}${last}.` } };
  }
  if ('todo' in step) {
    const last = until === null ? '' : `, due ${at(input, until)}`;
    return { situation, waitsFor: { kinds: ['person'], until, sentence: `“${step.todo.do}”${last}.` } };
  }
  if ('webhook' in step) {
    return { situation, waitsFor: { kinds: [], until, sentence: `The answer of webhook ${step.webhook.endpoint}.` } };
  }
  return { situation, waitsFor: { kinds: [], until, sentence: `The end of the wait${by}.` } };
}

function withoutCadence(input: ExplainInput): Situation {
  const { process, now } = input;
  const person = (sentence: string): WaitsFor => ({ kinds: ['person'], until: null, sentence });
  if (!process.contactable) {
    return {
      situation: 'it may not be written to, so no cadence has it',
      waitsFor: { kinds: ['hand_raise'], until: null, sentence: 'A hand-raise, or a person.' },
    };
  }
  const paused = explainPaused(input, '');
  if (paused) return paused;
  if (process.hold === 'replied') {
    return { situation: 'it replied and no cadence goes on', waitsFor: person('Its marketer to answer the reply.') };
  }
  if (process.hold === 'review') {
    return { situation: 'sales returned it too often', waitsFor: person('Its marketer to decide what is next.') };
  }
  const { earliestReturnAt, noCadenceUntil } = process;
  if (earliestReturnAt !== undefined && earliestReturnAt > now) return rests(input, earliestReturnAt, 'it rests');
  if (noCadenceUntil !== undefined && noCadenceUntil > now) {
    const sentence = `The day on which a cadence may take it again, ${at(input, noCadenceUntil)}.`;
    return { situation: 'no cadence takes it now', waitsFor: { kinds: [], until: noCadenceUntil, sentence } };
  }
  const asked = askOf(process, now).entry !== undefined;
  return {
    situation: asked ? 'a cadence is being chosen' : 'no cadence has it',
    waitsFor: { kinds: [], until: null, sentence: asked ? 'The choice of a cadence.' : 'A fact or a person.' },
  };
}

function rests(input: ExplainInput, until: number | undefined, what: string): Situation {
  return {
    situation: until === undefined ? what : `${what} until ${at(input, until)}`,
    waitsFor: {
      kinds: ['hand_raise'],
      until: until ?? null,
      sentence: until === undefined ? 'A hand-raise, or a person.' : `Its return date, ${at(input, until)}.`,
    },
  };
}

const stepOf = (cadence: CadenceDocument | undefined, { step }: EnrollmentProcess): CadenceStep | undefined =>
  cadence?.steps.find((one) => one.id === step);

const nameOf = (cadence: CadenceDocument | undefined, enrollment: EnrollmentProcess): string =>
  cadence ? `“${cadence.name}”` : enrollment.cadence;

/** `missing_variable:lead.company` → `missing variable lead.company`. */
function heldWords(reason: string): string {
  if (reason === 'breaker_cadence') return 'too many mails of this cadence failed';
  if (reason === 'breaker_provider') return 'too many mails to its mail provider failed';
  const [code = reason, ...rest] = reason.split(':');
  return [plainName(code), ...rest].join(' ');
}

/** What the options of a `wait_for` look at: engagement kinds, `score`, `profile`. */
function awaitedKinds(step: WaitForStep): string[] {
  const kinds = new Set<string>();
  for (const { engagement, score, when } of step.wait_for.any) {
    if (engagement !== undefined) kinds.add(engagement);
    if (score !== undefined) kinds.add('score');
    if (when === undefined) continue;
    const looked = conditionDependencies(when);
    for (const kind of looked.kinds) kinds.add(kind);
    if (looked.handRaises) kinds.add('hand_raise');
    if (looked.thresholds.length > 0) kinds.add('score');
    if (looked.profile) kinds.add('profile_change');
  }
  return [...kinds];
}

function enteredSentence(input: ExplainInput, enrollment: EnrollmentProcess): string {
  const { no, enteredAt, version, step, stepAt, moved } = enrollment;
  const inForce = moved ? '' : `, version ${version},`;
  const entered = `It entered cadence ${nameOf(input.cadence, enrollment)}${inForce} on ${at(input, enteredAt)}`;
  return `${entered} (enrollment ${no}) and stands at step ${step} since ${at(input, stepAt)}.`;
}

function movedSentence(input: ExplainInput, { moved, version }: EnrollmentProcess): string[] {
  return moved ? [`It went over from version ${moved.from} to version ${version} on ${at(input, moved.at)}.`] : [];
}

const CAME_BACK: Partial<Record<DecisionKind, (person: string, reason: string) => string>> = {
  rejected: (person, reason) => `: ${person} rejected it${reason}`,
  given_back: (person, reason) => `: ${person} gave it back${reason}`,
  expired: () => ': nobody answered in time',
  lost: (_person, reason) => `: it was lost${reason}`,
};

/** Marketing's own decisions after which only something new counts. */
const TAKEN_UP: Partial<Record<DecisionKind, string>> = {
  withdrawn: 'took it back before sales had decided,',
  reopened: 'reopened it',
};

function returnedSentence(input: ExplainInput): string[] {
  const { process, facts, names } = input;
  if (process.qualifyAfter === undefined) return [];
  const { lastReason } = facts.handoffs;
  const decision = decisionsOf(process).find((one) => one.kind in CAME_BACK || one.kind in TAKEN_UP);
  const taken = decision && TAKEN_UP[decision.kind];
  if (taken) return [`${personOf(input, decision.by)} ${taken} on ${at(input, decision.at)}.`];
  const reason = lastReason === null ? '' : ` (${names.reason(lastReason)})`;
  const how = decision ? CAME_BACK[decision.kind]?.(personOf(input, decision.by), reason) : undefined;
  return [`It came back from sales on ${at(input, process.qualifyAfter)}${how ?? reason}.`];
}

/** Where the options of the awaited step lead, in their order, and what happens without any. */
function stepMoves(input: ExplainInput): string[] {
  const { cadence, process } = input;
  const { enrollment } = process;
  const step = enrollment && stepOf(cadence, enrollment);
  if (!step || !('wait_for' in step) || enrollment.suspendedAt !== undefined) return [];
  const { any, timeout } = step.wait_for;
  const without = enrollment.dueAt === undefined ? 'Without it' : `Without it by ${at(input, enrollment.dueAt)}`;
  const targets = any.map((option) => option.then);
  const inOrder = any.length === 1 ? `step ${targets.join()}` : `steps ${listWords(targets)}, option by option`;
  return [`What it waits for takes it to ${inOrder}.`, `${without} it goes to step ${timeout.then}.`];
}

function guardMoves({ cadence, process }: ExplainInput): string[] {
  if (!cadence || !process.enrollment) return [];
  return cadence.exits.map((guard) => {
    if (guard === 'unsubscribed') return 'Unsubscribing ends the cadence.';
    if (guard === 'replied') return 'A reply ends the cadence and calls its marketer.';
    return `The cadence ends (${plainName(guard.reason)}) when ${describeCondition(guard.when)}.`;
  });
}
