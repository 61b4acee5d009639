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

/** Collects what the ask registers: the definition, exit guards, the options of the awaited step. */
export function registeredConditions(
  ask: Ask,
  definitions: readonly DefinitionDocument[],
  cadence: CadenceDocument | undefined,
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
  if (!ask.step || !cadence) return { conditions, kinds };
  for (const exit of cadence.exits) if (typeof exit === 'object') conditions.push(exit.when);
  const step = cadence.steps.find((candidate) => candidate.id === ask.step?.step);
  if (ask.step.suspended === true || !step || !('wait_for' in step)) return { conditions, kinds };
  for (const option of step.wait_for.any) {
    if (option.engagement !== undefined) kinds.push(option.engagement);
    if (option.score !== undefined) conditions.push({ field: 'score', op: '>=', value: option.score });
    if (option.when !== undefined) conditions.push(option.when);
  }
  return { conditions, kinds };
}
