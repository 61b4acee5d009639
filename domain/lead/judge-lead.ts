import type { CadenceDocument } from '../cadence/cadence.schema.js';
import { chooseArm } from '../cadence/choose-arm.js';
import { judgeBranch } from '../cadence/judge-branch.js';
import { judgeGuards } from '../cadence/judge-guards.js';
import { judgeWait } from '../cadence/judge-wait.js';
import type { ConditionFacts } from '../condition/condition-facts.js';
import { nextChangeByTime } from '../condition/next-change-by-time.js';
import { judgeDefinition } from '../qualification/judge-definition.js';
import type { DefinitionDocument } from '../qualification/definition.schema.js';
import { ALWAYS_RELEVANT, interestOf } from './interest.js';
import type { Answers, Ask } from './lead-sync.js';
import { registeredConditions } from './registered-conditions.js';

/** The documents a verdict rests on. */
export interface JudgeDocuments {
  readonly definitions: readonly { readonly id: string; readonly document: DefinitionDocument }[];
  /** The cadence version of `ask.step`, and whose split it is. */
  readonly cadence?: CadenceDocument;
  readonly leadId?: string;
  /** Cadences that may take the lead from the running one. */
  readonly rivals?: readonly CadenceDocument[];
  /** Cadence versions of `ask.suspended`, by their ids. */
  readonly suspended?: ReadonlyMap<string, CadenceDocument>;
}

export type Verdicts = Pick<Answers, 'qualified' | 'guard' | 'suspendedGuard' | 'winner' | 'branch' | 'nextChangeAt'>;

/**
 * What holds for the lead at `now`, each with the instant since when. A function of the whole set of facts: asking again,
 * or in another order of arrival, gives the same. `now` in epoch milliseconds on the lead's clock.
 */
export function judgeLead(ask: Ask, facts: ConditionFacts, documents: JudgeDocuments, now: number): Verdicts {
  const verdicts = {
    qualified: judgeQualified(ask, facts, documents, now),
    ...judgeStep(ask, facts, documents, now),
    suspendedGuard: judgeSuspended(ask, facts, documents, now),
  };
  return { ...verdicts, nextChangeAt: nextChange(ask, facts, documents, now) };
}

function judgeQualified(
  ask: Ask,
  facts: ConditionFacts,
  { definitions }: JudgeDocuments,
  now: number,
): Answers['qualified'] {
  const { qualify } = ask;
  if (!qualify) return undefined;
  const raised = judgeDefinition(definitions, facts, {
    at: now,
    from: qualify.from,
    onlyHandRaise: true,
    sinceAt: qualify.after,
  });
  if (qualify.handRaiseOnly === true) return raised;
  const rulesFrom = Math.max(qualify.from, qualify.rulesFrom ?? 0);
  const met =
    rulesFrom <= now
      ? judgeDefinition(definitions, facts, { at: now, from: rulesFrom, onlyHandRaise: false, sinceAt: qualify.after })
      : undefined;
  if (!raised || !met) return raised ?? met;
  return raised.at < met.at ? raised : met;
}

function judgeStep(
  ask: Ask,
  facts: ConditionFacts,
  { cadence, leadId = '' }: JudgeDocuments,
  now: number,
): Pick<Verdicts, 'guard' | 'winner' | 'branch'> {
  if (!ask.step || !cadence) return {};
  const { enteredAt, step: id, stepAt, dueAt, resumedAt, judgedAt = 0, movedAt = 0, suspended } = ask.step;
  const first = judgeExits(cadence, facts, { enteredAt, judgedAt, now });
  const guard = first && { ...first, at: Math.max(first.at, movedAt) };
  const step = cadence.steps.find((candidate) => candidate.id === id);
  if (!step || suspended === true) return { guard };
  if ('branch' in step) return { guard, branch: judgeBranch(step, facts, stepAt) };
  if ('split' in step) return { guard, branch: chooseArm(step, leadId) };
  if (!('wait_for' in step)) return { guard };
  const from = Math.max(stepAt, resumedAt ?? stepAt);
  const winner = earliest(
    step.wait_for.any.map((option) => {
      const alone = { ...step, wait_for: { ...step.wait_for, any: [option] } };
      // An engagement has an instant of its own; what is known of a person is known from now on.
      const since = option.engagement === undefined ? Math.max(from, judgedAt) : from;
      return judgeWait(alone, facts, { sinceAt: stepAt, from: since, deadlineAt: dueAt ?? Infinity, now });
    }),
  );
  return { guard, winner: winner && { at: winner.at, option: winner.index, seq: winner.seq } };
}

/** A guard with a condition is looked at from where it was found not to hold; a named one has an engagement's instant. */
function judgeExits(
  cadence: CadenceDocument,
  facts: ConditionFacts,
  { enteredAt, judgedAt, now }: { readonly enteredAt: number; readonly judgedAt: number; readonly now: number },
): Verdicts['guard'] {
  return earliest(
    cadence.exits.map((exit) => {
      const since = typeof exit === 'string' ? enteredAt : Math.max(enteredAt, judgedAt);
      return judgeGuards({ ...cadence, exits: [exit] }, facts, { since, now });
    }),
  );
}

/** Guards stay armed while another cadence has the lead. */
function judgeSuspended(
  ask: Ask,
  facts: ConditionFacts,
  { suspended }: JudgeDocuments,
  now: number,
): Verdicts['suspendedGuard'] {
  const found = (ask.suspended ?? []).map(({ no, versionId, enteredAt, judgedAt = 0 }) => {
    const cadence = suspended?.get(versionId);
    const guard = cadence && judgeExits(cadence, facts, { enteredAt, judgedAt, now });
    const exit = guard && cadence.exits[guard.index];
    return exit && { no, at: guard.at, reason: typeof exit === 'string' ? exit : exit.reason };
  });
  const first = earliest(found);
  return first && { no: first.no, at: first.at, reason: first.reason };
}

/** The earliest, of several at one instant the one written first, with its index in the definition. */
function earliest<T extends { readonly at: number }>(
  found: readonly (T | undefined)[],
): (T & { index: number }) | undefined {
  let first: (T & { index: number }) | undefined;
  for (const [index, one] of found.entries()) if (one && (!first || one.at < first.at)) first = { ...one, index };
  return first;
}

/**
 * The next instant at which one of the registered conditions changes by time alone, or at which a fact of interest comes
 * to count: the clock of the process may lag behind that of the ingest, and nobody pokes for that fact again.
 */
function nextChange(
  ask: Ask,
  facts: ConditionFacts,
  { definitions, cadence, rivals = [], suspended = new Map() }: JudgeDocuments,
  now: number,
): number | undefined {
  const documents = definitions.map(({ document }) => document);
  const beside = { rivals, suspended: [...suspended.values()] };
  const { conditions } = registeredConditions(ask, documents, cadence, beside);
  const interest = interestOf(ask, documents, cadence, beside);
  const concerns = (kind: string): boolean =>
    interest.any || interest.kinds.includes(kind) || ALWAYS_RELEVANT.includes(kind);
  // From this date on the rules count again, and a cadence may take the lead.
  const rulesFrom = ask.qualify?.rulesFrom;
  let next = rulesFrom !== undefined && rulesFrom > now ? rulesFrom : undefined;
  for (const condition of conditions) {
    const at = nextChangeByTime(condition, facts, now);
    if (at !== undefined && (next === undefined || at < next)) next = at;
  }
  // Sorted by instant.
  const ahead = facts.engagements.find(({ kind, at }) => at > now && concerns(kind))?.at;
  return ahead !== undefined && (next === undefined || ahead < next) ? ahead : next;
}
