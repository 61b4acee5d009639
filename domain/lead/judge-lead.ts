import type { CadenceDocument } from '../cadence/cadence.schema.js';
import { judgeBranch } from '../cadence/judge-branch.js';
import { judgeGuards } from '../cadence/judge-guards.js';
import { judgeWait } from '../cadence/judge-wait.js';
import type { ConditionFacts } from '../condition/condition-facts.js';
import { nextChangeByTime } from '../condition/next-change-by-time.js';
import { judgeDefinition } from '../qualification/judge-definition.js';
import type { DefinitionDocument } from '../qualification/definition.schema.js';
import type { Answers, Ask } from './lead-sync.js';
import { registeredConditions } from './registered-conditions.js';

/** The documents a verdict rests on. */
export interface JudgeDocuments {
  readonly definitions: readonly { readonly id: string; readonly document: DefinitionDocument }[];
  /** The cadence version of `ask.step`. */
  readonly cadence?: CadenceDocument;
}

export type Verdicts = Pick<Answers, 'qualified' | 'guard' | 'winner' | 'branch' | 'nextChangeAt'>;

/**
 * What holds for the lead at `now`, each with the instant since when. A function of the whole set of facts: asking again,
 * or in another order of arrival, gives the same. `now` in epoch milliseconds on the lead's clock.
 */
export function judgeLead(ask: Ask, facts: ConditionFacts, documents: JudgeDocuments, now: number): Verdicts {
  const verdicts = {
    qualified: judgeQualified(ask, facts, documents, now),
    ...judgeStep(ask, facts, documents.cadence, now),
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
  cadence: CadenceDocument | undefined,
  now: number,
): Omit<Verdicts, 'qualified'> {
  if (!ask.step || !cadence) return {};
  const { enteredAt, step: id, stepAt, dueAt, resumedAt, suspended } = ask.step;
  const guard = judgeGuards(cadence, facts, { since: enteredAt, now });
  const step = cadence.steps.find((candidate) => candidate.id === id);
  if (!step || suspended === true) return { guard };
  if ('branch' in step) return { guard, branch: judgeBranch(step, facts, stepAt) };
  if (!('wait_for' in step)) return { guard };
  const from = Math.max(stepAt, resumedAt ?? stepAt);
  const winner = judgeWait(step, facts, { sinceAt: stepAt, from, deadlineAt: dueAt ?? Number.POSITIVE_INFINITY, now });
  return { guard, winner };
}

/** The next instant at which one of the registered conditions changes by time alone. */
function nextChange(
  ask: Ask,
  facts: ConditionFacts,
  { definitions, cadence }: JudgeDocuments,
  now: number,
): number | undefined {
  // Where only a hand-raise counts nothing happens by time alone.
  const asked = ask.qualify?.handRaiseOnly === true ? { ...ask, qualify: undefined } : ask;
  const { conditions } = registeredConditions(
    asked,
    definitions.map(({ document }) => document),
    cadence,
  );
  let next: number | undefined;
  for (const condition of conditions) {
    const at = nextChangeByTime(condition, facts, now);
    if (at !== undefined && (next === undefined || at < next)) next = at;
  }
  return next;
}
