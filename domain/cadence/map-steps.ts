import { type CadencePlan, END_STEP, type PlanStep } from './cadence-plan.js';

/** Where a person says that leads go who stand on a step: step of the old version → step of the new one. */
export type StepMapping = Readonly<Record<string, string>>;

/** Where a lead that stands on a step of the old version lands. A clock that is kept measures the new step from the old start. */
export interface StepMove {
  readonly to: string;
  readonly keepsClock?: boolean;
}

/** What the way from one version of a cadence to another does to the steps: ids only, so that it may stand in a history. */
export interface StepMoves {
  /** By step of the old version; who stands on a step that is not named stays there. */
  readonly moves: Readonly<Record<string, StepMove>>;
  /** Steps that send only in the new version: nobody has done them, whatever was visited under their id. */
  readonly fresh: readonly string[];
}

export interface MappingProblem {
  /** Step of the old version. */
  readonly step: string;
  readonly code: 'unmapped' | 'unknown_target' | 'passed_through';
}

/** Kinds a lead never stands on: it comes through at one instant, so there is nothing to map. */
const PASSED_THROUGH: readonly PlanStep['kind'][] = ['goto', 'set', 'exit'];

/**
 * Compares two versions of a cadence step by step. A step of the same id and kind is the same step; one that is gone needs
 * a place to go to (product: Cadences, live edit). Between steps of one kind the clock is kept, into another kind it
 * starts anew.
 */
export function mapSteps(
  from: CadencePlan,
  to: CadencePlan,
  mapping: StepMapping,
): StepMoves & { readonly problems: readonly MappingProblem[] } {
  const moves: Record<string, StepMove> = {};
  const problems: MappingProblem[] = [];
  for (const [step, { kind }] of Object.entries(from.steps)) {
    const wanted = Object.hasOwn(mapping, step) ? mapping[step] : undefined;
    const target = wanted ?? step;
    const landed = Object.hasOwn(to.steps, target) ? to.steps[target] : undefined;
    if (step === END_STEP || (wanted === undefined && PASSED_THROUGH.includes(kind))) continue;
    if (!landed) problems.push({ step, code: wanted === undefined ? 'unmapped' : 'unknown_target' });
    else if (wanted !== undefined && (landed.kind === 'goto' || landed.kind === 'set'))
      problems.push({ step, code: 'passed_through' });
    else if (target !== step || landed.kind !== kind)
      moves[step] = { to: target, ...(landed.kind === kind ? { keepsClock: true } : {}) };
  }
  const fresh = Object.entries(to.steps)
    .filter(([id, step]) => touchNext(step) !== undefined && from.steps[id]?.kind !== step.kind)
    .filter(([id]) => Object.hasOwn(from.steps, id))
    .map(([id]) => id);
  return { moves, fresh, problems };
}

/** The step after one that sends or offers: what must not be done twice is passed over on to it. Undefined for all others. */
export function touchNext(step: PlanStep): string | undefined {
  return 'next' in step && step.kind !== 'wait' && step.kind !== 'set' ? step.next : undefined;
}
