import type { ConditionFacts } from '../condition/condition-facts.js';
import { evaluateCondition } from '../condition/evaluate-condition.js';
import type { DefinitionDocument } from './definition.schema.js';

/** An effective version of a definition. */
export interface EffectiveDefinition {
  /** Id of the version. */
  readonly id: string;
  readonly document: DefinitionDocument;
}

/** The definition whose segment the lead is in: by rank, then by key; one without a segment takes every lead. */
export function chooseDefinition(
  definitions: readonly EffectiveDefinition[],
  facts: ConditionFacts,
  at: number,
): EffectiveDefinition | undefined {
  return definitions
    .toSorted((a, b) => a.document.rank - b.document.rank || (a.document.key < b.document.key ? -1 : 1))
    .find(({ document }) => document.segment === undefined || evaluateCondition(document.segment, facts, at));
}
