import type { LintProblem } from '../lint-problem.js';
import type { LintRule } from '../lint-rules.js';
import type { CadenceDocument } from './cadence.schema.js';
import { type CadencePlan, END_STEP } from './cadence-plan.js';
import { compileCadence, targetsOf } from './compile-cadence.js';
import { type CadenceStep, kindOf } from './steps/step-kinds.schema.js';

/** Problems of how the steps of a cadence follow each other: ids, targets, what cannot be reached, loops. */
export function lintStepOrder(document: CadenceDocument): LintProblem[] {
  const duplicates = duplicateIds(document);
  const missing = missingTargets(document);
  // With two steps of one name or a hole in the way the rest would be guesses.
  if (duplicates.length > 0 || missing.length > 0) return [...duplicates, ...missing];
  const plan = compileCadence(document, { version: 0, versionId: '' });
  return [...unreachableSteps(document, plan), ...loops(document, plan)];
}

function duplicateIds({ steps }: CadenceDocument): LintProblem[] {
  return steps.flatMap((step, index) => {
    if (steps.findIndex((other) => other.id === step.id) === index) return [];
    const message = `two steps have the id ${step.id}`;
    return [error(`steps.${index}.id`, 'duplicate-id', message, 'give each step its own id')];
  });
}

function missingTargets({ steps }: CadenceDocument): LintProblem[] {
  const ids = new Set(steps.map((step) => step.id));
  return steps.flatMap((step, index) =>
    writtenTargets(step)
      .filter(([, target]) => !ids.has(target))
      .map(([path, target]) => {
        const message = `step ${step.id} leads to ${target}, which does not exist`;
        return error(`steps.${index}.${path}`, 'missing-target', message, `add a step ${target}, or name another one`);
      }),
  );
}

/** Targets as they are written, with their path inside the step. */
function writtenTargets(step: CadenceStep): readonly (readonly [string, string])[] {
  const { name, kind, args } = kindOf(step);
  const named = kind.targets(args).map(([path, target]) => [`${name}.${path}`, target] as const);
  return step.next === undefined ? named : [...named, ['next', step.next]];
}

function unreachableSteps({ steps }: CadenceDocument, plan: CadencePlan): LintProblem[] {
  const reached = new Set<string>([plan.start]);
  for (const id of reached) for (const target of targetsIn(plan, id)) reached.add(target);
  return steps.flatMap((step, index) => {
    if (reached.has(step.id)) return [];
    const before = steps[index - 1];
    if (before && 'exit' in before) {
      const message = `step ${step.id} stands after the exit ${before.id} and nothing leads to it`;
      return [error(`steps.${index}`, 'step-after-exit', message, 'let a step lead to it, or take it out')];
    }
    const message = `no way leads to step ${step.id}`;
    return [error(`steps.${index}`, 'unreachable-step', message, 'let a step lead to it, or take it out')];
  });
}

/**
 * A loop in which no time has to pass turns in circles: only a `wait` and the time-out of a `wait_for` make it pass, an
 * option can be won on entry, a `goto` ends it. A loop with a wait and no `goto` never ends, which may be meant.
 */
function loops(document: CadenceDocument, plan: CadencePlan): LintProblem[] {
  const quick = findLoop(document, (id) => quickTargets(document, plan, id));
  if (quick) {
    const message = `${showLoop(quick)} is a loop in which no time has to pass`;
    return [
      error(stepPath(document, quick[0]), 'loop-without-wait', message, 'put a wait into the loop, or lead out of it'),
    ];
  }
  const slow = findLoop(document, (id) => uncountedTargets(plan, id));
  if (!slow) return [];
  const message = `${showLoop(slow)} is a loop that ends only when the lead leaves the cadence`;
  const fix = 'lead on to a later step instead, unless that is meant';
  return [{ severity: 'warning', path: stepPath(document, slow[0]), code: 'endless-loop', message, fix }];
}

function quickTargets(document: CadenceDocument, plan: CadencePlan, id: string): readonly string[] {
  const step = document.steps.find((one) => one.id === id);
  const targets = targetsIn(plan, id);
  if (!step) return targets;
  const { kind, args } = kindOf(step);
  return kind.quickTargets(args, targets);
}

/** The ids of one loop in order, first one first; undefined when there is none. */
function findLoop(document: CadenceDocument, next: (id: string) => readonly string[]): readonly string[] | undefined {
  const done = new Set<string>();
  const walk = (id: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(id)) return way.slice(way.indexOf(id));
    if (done.has(id)) return undefined;
    for (const target of next(id)) {
      const loop = walk(target, [...way, id]);
      if (loop) return loop;
    }
    done.add(id);
    return undefined;
  };
  for (const step of document.steps) {
    const loop = walk(step.id, []);
    if (loop) return loop;
  }
  return undefined;
}

function targetsIn(plan: CadencePlan, id: string): readonly string[] {
  const step = plan.steps[id];
  return step ? targetsOf(step).filter((target) => target !== END_STEP) : [];
}

/** Without the way back of a `goto`, which is counted. */
function uncountedTargets(plan: CadencePlan, id: string): readonly string[] {
  const step = plan.steps[id];
  return step?.kind === 'goto' ? [step.then] : targetsIn(plan, id);
}

function showLoop(loop: readonly string[]): string {
  return [...loop, loop[0]].join(' → ');
}

function stepPath(document: CadenceDocument, id: string | undefined): string {
  return `steps.${document.steps.findIndex((step) => step.id === id)}`;
}

function error(path: string, code: LintRule, message: string, fix: string): LintProblem {
  return { severity: 'error', path, code, message, fix };
}
