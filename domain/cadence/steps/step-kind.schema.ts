import type { z } from 'zod';
import { listValues } from '../../condition/describe-condition.js';
import type { ConditionKnown } from '../../condition/lint-condition.js';
import type { LintProblem } from '../../lint-problem.js';
import type { LintRule } from '../../lint-rules.js';
import type { PlanStep } from '../cadence-plan.js';

/** What the workspace knows; a list left out is not checked. */
export interface CadenceKnown extends ConditionKnown {
  readonly templates?: readonly string[];
  readonly frequencyClasses?: readonly string[];
  /** Keys of the endpoints webhooks go to. */
  readonly webhooks?: readonly string[];
}

/** Where a step's arguments stand, for the pure check. */
export interface StepPlace {
  /** `steps.<index>.<kind>` */
  readonly path: string;
  readonly known: CadenceKnown;
  /** Ids of the steps of the cadence that send a touch. */
  readonly touches: readonly string[];
}

/** A target as it is written: its path inside the arguments, and the step's id. */
export type WrittenTarget = readonly [path: string, step: string];

/**
 * One kind of step as data: declared arguments, a sentence for people, a pure check, and the plan the process follows.
 * A kind is one file beside this one plus its line in `step-kinds.schema.ts`.
 */
export interface StepKind<Schema extends z.ZodType> {
  readonly args: Schema;
  /** True when the step goes on to its `next`, or to the step below it; the others name their targets. */
  readonly goesOn: boolean;
  /** One line, e.g. `Send “guide”`. */
  describe(args: z.output<Schema>): string;
  /** The targets the arguments name. */
  targets(args: z.output<Schema>): readonly WrittenTarget[];
  /** `next` is the step it goes on to. */
  compile(args: z.output<Schema>, next: string): PlanStep;
  /** Problems that the schema can not see. */
  lint(args: z.output<Schema>, place: StepPlace): readonly LintProblem[];
  /**
   * Of `targets` (all the step can lead to) those it can lead to for ever without time passing: what a loop without an
   * end is made of.
   */
  quickTargets(args: z.output<Schema>, targets: readonly string[]): readonly string[];
}

export function stepKind<Schema extends z.ZodType>(kind: StepKind<Schema>): StepKind<Schema> {
  return kind;
}

/** The problem that `name` is not in `list`; nothing when either is left out. */
export function unknownName(
  list: readonly string[] | undefined,
  name: string | undefined,
  path: string,
  code: LintRule,
  what: string,
): LintProblem[] {
  if (list === undefined || name === undefined || list.includes(name)) return [];
  const fix = list.length === 0 ? `make a ${what} first` : `use one of ${listValues(list)}`;
  return [{ severity: 'error', path, code, message: `there is no ${what} ${name}`, fix }];
}
