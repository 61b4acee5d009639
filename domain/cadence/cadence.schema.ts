import { z } from 'zod';
import { conditionSchema, engagementFilterSchema } from '../condition/condition.schema.js';
import {
  codeField,
  durationField,
  keyField,
  unknownKeyMessage,
  wallTimeField,
  weekdayField,
} from '../document-field.schema.js';

const stepId = keyField;

/** One row of a send window, half-open `[from, to)`; `from >= to` crosses midnight (semantics: Send window). */
const windowRow = z
  .strictObject({
    days: z.array(weekdayField).min(1, { error: 'name at least one weekday, for example [mon, tue]' }),
    from: wallTimeField,
    to: wallTimeField,
    holidays: z.boolean().optional().describe("true: closed on the holidays of the lead's country"),
  })
  .meta({ id: 'SendWindowRow' });

const sendWindowSchema = z
  .union([z.literal('any'), windowRow, z.array(windowRow).min(1)], {
    error: 'say when touches may go: { days: [mon, tue], from: "09:00", to: "17:00" }, a list of those, or any',
  })
  .meta({ id: 'SendWindow' });

const emailSchema = z.strictObject(
  {
    template: keyField,
    from: z.enum(['brand', 'rep'], { error: '`from` is brand or rep' }).default('brand'),
    window: sendWindowSchema.optional().describe("overrides the cadence's window"),
  },
  { error: unknownKeyMessage('email', ['template', 'from', 'window']) },
);

const waitSchema = z.union(
  [
    durationField,
    z.strictObject({ businessDays: z.int().min(1).max(366) }),
    z.strictObject({ until: z.strictObject({ weekday: weekdayField, at: wallTimeField }) }),
  ],
  { error: 'a wait is a duration such as P2D, { businessDays: 3 } or { until: { weekday: tue, at: "10:00" } }' },
);

const OPTION_KINDS = ['engagement', 'score', 'when'] as const;

const waitOptionSchema = z
  .strictObject(
    {
      engagement: codeField.optional(),
      where: engagementFilterSchema.optional(),
      count: z.int().min(1).max(1000).optional(),
      score: z.number().optional(),
      when: conditionSchema.optional(),
      // biome-ignore lint/suspicious/noThenProperty: the document's own word
      then: stepId,
    },
    { error: unknownKeyMessage('an option of wait_for', ['engagement', 'where', 'count', 'score', 'when', 'then']) },
  )
  .superRefine((option, ctx) => {
    const kinds = OPTION_KINDS.filter((kind) => option[kind] !== undefined);
    if (kinds.length !== 1) {
      ctx.addIssue({
        code: 'custom',
        input: option,
        message: `an option waits for exactly one of engagement, score or when, here ${kinds.join(' and ') || 'none'}`,
      });
    }
    for (const key of ['where', 'count'] as const) {
      if (option[key] !== undefined && option.engagement === undefined) {
        ctx.addIssue({ code: 'custom', input: option, path: [key], message: `\`${key}\` belongs to an engagement` });
      }
    }
  })
  .meta({ id: 'WaitOption' });

const waitForSchema = z.strictObject(
  {
    look: z.enum(['since_entry', 'ever'], { error: '`look` is since_entry or ever' }).default('since_entry'),
    any: z.array(waitOptionSchema).min(1, { error: 'wait_for needs at least one option in `any`' }).max(20),
    timeout: z.strictObject(
      { after: durationField, then: stepId },
      {
        error: (issue) =>
          issue.code === 'invalid_type'
            ? 'wait_for needs a timeout: { after: PT72H, then: <step> }'
            : unknownKeyMessage('timeout', ['after', 'then'])(issue),
      },
    ),
  },
  { error: unknownKeyMessage('wait_for', ['look', 'any', 'timeout']) },
);

const branchSchema = z.strictObject(
  {
    cases: z
      .array(z.strictObject({ when: conditionSchema, then: stepId }))
      .min(1)
      .max(20),
    otherwise: stepId,
  },
  { error: unknownKeyMessage('branch', ['cases', 'otherwise']) },
);

/** Step kinds this version runs; a document with another is refused when it is stored, not when a lead gets there. */
const STEP_KINDS = ['email', 'wait', 'wait_for', 'branch', 'exit'] as const;

export type EmailStep = { id: string; email: z.infer<typeof emailSchema>; next?: string | undefined };
export type WaitStep = { id: string; wait: z.infer<typeof waitSchema>; next?: string | undefined };
export type WaitForStep = { id: string; wait_for: z.infer<typeof waitForSchema> };
export type BranchStep = { id: string; branch: z.infer<typeof branchSchema> };
export type ExitStep = { id: string; exit: string };
export type CadenceStep = EmailStep | WaitStep | WaitForStep | BranchStep | ExitStep;
export type WaitOption = z.infer<typeof waitOptionSchema>;

const stepObject = z
  .strictObject(
    {
      id: stepId,
      email: emailSchema.optional(),
      wait: waitSchema.optional(),
      wait_for: waitForSchema.optional(),
      branch: branchSchema.optional(),
      exit: codeField.optional(),
      next: stepId.optional(),
    },
    {
      error: (issue) =>
        issue.code === 'unrecognized_keys'
          ? `unknown step kind or key ${issue.keys.join(', ')}; the kinds available are ${STEP_KINDS.join(', ')}`
          : undefined,
    },
  )
  .superRefine((step, ctx) => {
    const kinds = STEP_KINDS.filter((kind) => step[kind] !== undefined);
    if (kinds.length !== 1) {
      const found = kinds.length === 0 ? 'none' : kinds.join(' and ');
      const message = `step ${step.id} needs exactly one of ${STEP_KINDS.join(', ')}; it has ${found}`;
      ctx.addIssue({ code: 'custom', input: step, message });
    } else if (step.next !== undefined && kinds[0] !== 'email' && kinds[0] !== 'wait') {
      const message = `\`next\` belongs to email and wait; ${kinds[0]} names its targets itself`;
      ctx.addIssue({ code: 'custom', input: step, path: ['next'], message });
    }
  })
  .meta({ id: 'CadenceStep' });

// One object with optional kinds gives each mistake its path; the refinement makes it one of the five.
const stepSchema = stepObject as unknown as z.ZodType<CadenceStep, CadenceStep>;

const guardSchema = z
  .union([z.enum(['unsubscribed', 'replied']), z.strictObject({ when: conditionSchema, reason: codeField })], {
    error: 'an exit guard is unsubscribed, replied or { when, reason }',
  })
  .meta({ id: 'ExitGuard' });
export type ExitGuard = z.infer<typeof guardSchema>;

const reentrySchema = z
  .union([z.enum(['never', 'restart', 'resume']), z.strictObject({ after: durationField })], {
    error: '`reentry` is never, restart, resume or { after: P30D }',
  })
  .meta({ id: 'Reentry' });
export type Reentry = z.infer<typeof reentrySchema>;

const CADENCE_KEYS = [
  'key',
  'name',
  'goal',
  'entry',
  'priority',
  'reentry',
  'phase',
  'window',
  'spread',
  'minGap',
  'frequency',
  'exits',
  'steps',
];

/** documents.md: Cadence. Steps are a list; an email or wait without `next` goes on to the one below it. */
export const cadenceSchema = z
  .strictObject(
    {
      key: keyField,
      name: z.string().min(1).max(200),
      goal: codeField.default('qualified'),
      entry: conditionSchema.optional(),
      priority: z.int().min(0).max(1000).default(0),
      reentry: reentrySchema.default('never'),
      phase: z.enum(['air_cover']).optional(),
      window: sendWindowSchema,
      spread: durationField.default('PT0S'),
      minGap: durationField.default('PT0S'),
      frequency: codeField.optional(),
      exits: z.array(guardSchema).max(20).default([]),
      steps: z.array(stepSchema).min(1, { error: 'a cadence needs at least one step' }).max(200),
    },
    { error: unknownKeyMessage('a cadence', CADENCE_KEYS) },
  )
  .meta({ id: 'CadenceDocument' });

export type CadenceDocument = z.infer<typeof cadenceSchema>;
