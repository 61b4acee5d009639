import { type Condition, type ConditionAtom, isAtom } from '../condition/condition.js';
import type { ConditionFacts } from '../condition/condition-facts.js';
import { describeCondition, fieldLabel, listValues } from '../condition/describe-condition.js';
import { evaluateCondition } from '../condition/evaluate-condition.js';
import { chooseDefinition, type EffectiveDefinition } from './choose-definition.js';
import { namesHandRaise } from './judge-definition.js';
import { missingMandatory } from './missing-mandatory.js';

/**
 * What stands between the lead and sales, in sentences: first what would meet the definition (`12 points or any
 * hand-raise`), then what the packet lacks. Empty when nothing does.
 */
export function whatIsMissing(
  definitions: readonly EffectiveDefinition[],
  facts: ConditionFacts,
  at: number,
): string[] {
  const chosen = chooseDefinition(definitions, facts, at);
  if (!chosen) return ['no definition covers this lead'];
  const { rules } = chosen.document;
  const lacking = missingMandatory(chosen.document, facts).map(fieldLabel);
  const packet = lacking.length === 0 ? [] : [`the packet lacks ${lacking.join(', ')}`];
  if (rules.some((rule) => evaluateCondition(rule.when, facts, at))) return packet;
  // What a marketer can work on comes first; a hand-raise is the lead's own decision.
  const inOrder = [
    ...rules.filter((rule) => !namesHandRaise(rule.when)),
    ...rules.filter((rule) => namesHandRaise(rule.when)),
  ];
  const ways = inOrder.map((rule) => missingParts(rule.when, facts, at).join(' and '));
  return [[...new Set(ways)].join(' or '), ...packet];
}

/** What the condition still lacks; all of it is needed. */
function missingParts(condition: Condition, facts: ConditionFacts, at: number): string[] {
  if (evaluateCondition(condition, facts, at)) return [];
  if ('all' in condition) return condition.all.flatMap((part) => missingParts(part, facts, at));
  if ('any' in condition) {
    const ways = condition.any.map((part) => missingParts(part, facts, at).join(' and '));
    return [ways.length === 1 ? ways.join('') : `(${ways.join(' or ')})`];
  }
  return [isAtom(condition) ? missingAtom(condition, facts, at) : describeCondition(condition)];
}

function missingAtom(atom: ConditionAtom, facts: ConditionFacts, at: number): string {
  const { field, op, value } = atom;
  if (field === 'score' && typeof value === 'number' && (op === '>=' || op === '>')) {
    const gap = value - facts.scoreAt(at);
    // The last bits of a fading score are no point of their own.
    const points = op === '>' ? Math.floor(gap) + 1 : Math.max(1, Math.ceil(gap - 1e-6));
    return points === 1 ? '1 point' : `${points} points`;
  }
  if (field === 'grade' && value !== undefined && (op === '=' || op === 'in')) {
    return `grade ${listValues(value)} (it is ${facts.grade})`;
  }
  return describeCondition(atom);
}
