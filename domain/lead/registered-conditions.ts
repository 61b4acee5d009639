import type { CadenceDocument } from '../cadence/cadence.schema.js';
import type { Condition } from '../condition/condition.js';
import type { DefinitionDocument } from '../qualification/definition.schema.js';
import { namesHandRaise } from '../qualification/judge-definition.js';
import type { Ask } from './lead-sync.js';

/** Everything a lead waits for at the moment, as conditions and awaited engagement kinds. */
export interface RegisteredConditions {
  readonly conditions: readonly Condition[];
  readonly kinds: readonly string[];
}

/** Cadences beside the running one: those that may take the lead from it, and those that wait below it. */
export interface BesideCadence {
  readonly rivals: readonly CadenceDocument[];
  readonly suspended: readonly CadenceDocument[];
}

/** Collects what the ask registers: the definition, entries of rivals, exit guards, the options of the awaited step. */
export function registeredConditions(
  ask: Ask,
  definitions: readonly DefinitionDocument[],
  cadence: CadenceDocument | undefined,
  { rivals, suspended }: BesideCadence = { rivals: [], suspended: [] },
): RegisteredConditions {
  const conditions: Condition[] = [];
  const kinds: string[] = [];
  if (ask.qualify) {
    for (const { segment, rules } of definitions) {
      if (segment) conditions.push(segment);
      // Where only a hand-raise counts, no score and no download brings the lead further.
      const counted = ask.qualify.handRaiseOnly === true ? rules.filter(({ when }) => namesHandRaise(when)) : rules;
      conditions.push(...counted.map((rule) => rule.when));
    }
  }
  for (const { entry } of rivals) if (entry) conditions.push(entry);
  for (const { exits } of ask.step && cadence ? [cadence, ...suspended] : suspended)
    for (const exit of exits) if (typeof exit === 'object') conditions.push(exit.when);
  if (!ask.step || !cadence) return { conditions, kinds };
  const step = cadence.steps.find((candidate) => candidate.id === ask.step?.step);
  if (ask.step.suspended === true || !step || !('wait_for' in step)) return { conditions, kinds };
  for (const option of step.wait_for.any) {
    if (option.engagement !== undefined) kinds.push(option.engagement);
    if (option.score !== undefined) conditions.push({ field: 'score', op: '>=', value: option.score });
    if (option.when !== undefined) conditions.push(option.when);
  }
  return { conditions, kinds };
}
