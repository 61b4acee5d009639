import { z } from 'zod';
import { keyField } from '../../document-field.schema.js';
import { branchStep } from './branch-step.schema.js';
import { emailStep } from './email-step.schema.js';
import { exitStep } from './exit-step.schema.js';
import { gotoStep } from './goto-step.schema.js';
import { setStep } from './set-step.schema.js';
import { splitStep } from './split-step.schema.js';
import { offerStep } from './offer-step.schema.js';
import type { StepKind } from './step-kind.schema.js';
import { todoStep } from './todo-step.schema.js';
import { waitForStep } from './wait-for-step.schema.js';
import { waitStep } from './wait-step.schema.js';
import { webhookStep } from './webhook-step.schema.js';

/** Every kind of step; a document with another is refused when it is stored, not when a lead gets there. */
const STEP_KINDS = {
  email: emailStep,
  wait: waitStep,
  wait_for: waitForStep,
  branch: branchStep,
  split: splitStep,
  todo: todoStep,
  set: setStep,
  goto: gotoStep,
  offer: offerStep,
  webhook: webhookStep,
  exit: exitStep,
};

type Kinds = typeof STEP_KINDS;
export type StepKindName = keyof Kinds;
const NAMES = Object.keys(STEP_KINDS) as StepKindName[];

type StepOf<Name extends StepKindName> = { id: string; next?: string | undefined } & {
  [Key in Name]: z.output<Kinds[Key]['args']>;
};
/** One step of a document: its id and exactly one kind with its arguments. */
export type CadenceStep = { [Name in StepKindName]: StepOf<Name> }[StepKindName];
export type EmailStep = StepOf<'email'>;
export type WaitForStep = StepOf<'wait_for'>;
export type BranchStep = StepOf<'branch'>;
export type SplitStep = StepOf<'split'>;

const args = Object.fromEntries(NAMES.map((name) => [name, STEP_KINDS[name].args.optional()]));

const stepObject = z
  .strictObject(
    { id: keyField, ...args, next: keyField.optional() },
    {
      error: (issue) =>
        issue.code === 'unrecognized_keys'
          ? `unknown step kind or key ${issue.keys.join(', ')}; the kinds available are ${NAMES.join(', ')}`
          : undefined,
    },
  )
  .superRefine((step: Readonly<Record<string, unknown>>, ctx) => {
    const kinds = NAMES.filter((name) => step[name] !== undefined);
    const [kind] = kinds;
    if (kind === undefined || kinds.length > 1) {
      const found = kinds.length === 0 ? 'none' : kinds.join(' and ');
      const message = `step ${String(step['id'])} needs exactly one of ${NAMES.join(', ')}; it has ${found}`;
      ctx.addIssue({ code: 'custom', input: step, message });
    } else if (step['next'] !== undefined && !STEP_KINDS[kind].goesOn) {
      const goOn = NAMES.filter((name) => STEP_KINDS[name].goesOn);
      const message = `\`next\` belongs to ${goOn.join(' and ')}; ${kind} names its targets itself`;
      ctx.addIssue({ code: 'custom', input: step, path: ['next'], message });
    }
  })
  .meta({ id: 'CadenceStep' });

// One object with optional kinds gives each mistake its path; the refinement makes it exactly one of them.
export const stepSchema = stepObject as unknown as z.ZodType<CadenceStep, CadenceStep>;

/** The kind of a step with its arguments. The pair is typed loosely: the schema has matched them. */
export function kindOf(step: CadenceStep): { name: StepKindName; kind: StepKind<z.ZodType>; args: unknown } {
  const name = NAMES.find((candidate) => candidate in step && step[candidate as never] !== undefined) ?? 'exit';
  return { name, kind: STEP_KINDS[name], args: step[name as never] };
}
