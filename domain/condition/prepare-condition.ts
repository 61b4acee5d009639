import { matchesFilter } from '../scoring/match-filter.js';
import { durationToMs, requireDuration } from '../time/duration.js';
import { compareValues } from './compare-values.js';
import type { Condition, ConditionAtom } from './condition.js';
import { conditionDependencies } from './condition-dependencies.js';
import type { ConditionFacts } from './condition-facts.js';
import { readField } from './read-field.js';

/** A condition bound to facts: what does not depend on the instant is settled, the rest is a look-up. */
export interface PreparedCondition {
  readonly holdsAt: (at: number) => boolean;
  /** Instants at which it may change other than by the score; sorted, unique. */
  readonly instants: readonly number[];
  /** Scores at which it changes. */
  readonly thresholds: readonly number[];
  /**
   * Tells it that the score crosses none of its thresholds in `[from, before)`, so that one look-up does for all of
   * them: a score costs as much as the lead has engagements.
   */
  readonly keepScore: (from: number, before: number) => void;
}

export function prepareCondition(condition: Condition, facts: ConditionFacts): PreparedCondition {
  const instants: number[] = [];
  let kept: { from: number; before: number; score?: number } = { from: 0, before: 0 };
  const scoreAt = (at: number): number => {
    if (at < kept.from || at >= kept.before) return facts.scoreAt(at);
    kept.score ??= facts.scoreAt(at);
    return kept.score;
  };
  const holdsAt = bind(condition, { facts, scoreAt, instants });
  return {
    holdsAt,
    instants: [...new Set(instants)].sort((a, b) => a - b),
    thresholds: conditionDependencies(condition).thresholds,
    keepScore: (from, before) => {
      kept = { from, before };
    },
  };
}

interface Binding {
  readonly facts: ConditionFacts;
  readonly scoreAt: (at: number) => number;
  readonly instants: number[];
}

function bind(condition: Condition, binding: Binding): (at: number) => boolean {
  if ('all' in condition) {
    const parts = condition.all.map((part) => bind(part, binding));
    return (at) => parts.every((holdsAt) => holdsAt(at));
  }
  if ('any' in condition) {
    const parts = condition.any.map((part) => bind(part, binding));
    return (at) => parts.some((holdsAt) => holdsAt(at));
  }
  if ('not' in condition) {
    const holdsAt = bind(condition.not, binding);
    return (at) => !holdsAt(at);
  }
  const { field, op, value } = condition;
  const { facts, scoreAt, instants } = binding;
  const settled = readField(field, facts);
  if (settled) {
    const holds = compareValues(settled, op, value);
    return () => holds;
  }
  if (field === 'score') return (at) => compareValues([scoreAt(at)], op, value);
  if (field === 'hand_raise') {
    for (const one of facts.handRaises) instants.push(one.at);
    return (at) => compareValues(handRaiseKinds(facts, at), op, value);
  }
  return bindCount(condition, binding);
}

function handRaiseKinds(facts: ConditionFacts, at: number): string[] {
  return facts.handRaises.filter((one) => one.at <= at).map((one) => one.kind);
}

/** An engagement counts at its own instant and no longer at instant + within. */
function bindCount(atom: ConditionAtom, { facts, instants }: Binding): (at: number) => boolean {
  const { op, value } = atom;
  const kind = atom.field.slice('engagement.'.length);
  const withinMs = atom.within === undefined ? Infinity : durationToMs(requireDuration(atom.within));
  const starts = facts.engagements
    .filter((one) => one.kind === kind && matchesFilter(atom.where, one.properties))
    .map((one) => one.at);
  for (const at of starts) {
    instants.push(at);
    if (withinMs !== Infinity) instants.push(at + withinMs);
  }
  return (at) => {
    const count = countUpTo(starts, at) - countUpTo(starts, at - withinMs);
    if (op === 'exists') return count > 0;
    return op === 'missing' ? count === 0 : compareValues([count], op, value);
  };
}

/** How many of the sorted instants are at or before `at`. */
function countUpTo(sorted: readonly number[], at: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? Infinity) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}
