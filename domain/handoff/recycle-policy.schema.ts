import { z } from 'zod';
import { codeField, durationField, keyField, unknownKeyMessage } from '../document-field.schema.js';

const recycleRuleSchema = z
  .strictObject(
    {
      to: z
        .union([z.literal('resume'), z.strictObject({ cadence: keyField })], {
          error: '`to` is resume or { cadence: <key> }',
        })
        .optional(),
      disqualify: z.literal(true, { error: 'write disqualify: true, or `to`' }).optional(),
      earliestAfter: durationField.optional(),
      score: z.number().min(0).max(10).optional().describe('multiplies every score item before the decision'),
      credit: z.enum(['keep', 'reverse'], { error: '`credit` is keep or reverse' }),
      maxLoops: z.int().min(1).max(100).optional(),
      // biome-ignore lint/suspicious/noThenProperty: the document's own word
      then: z.enum(['review', 'disqualify'], { error: '`then` is review or disqualify' }).optional(),
    },
    {
      error: unknownKeyMessage('a recycle rule', [
        'to',
        'disqualify',
        'earliestAfter',
        'score',
        'credit',
        'maxLoops',
        'then',
      ]),
    },
  )
  .superRefine((rule, ctx) => {
    const say = (path: string[], message: string) => ctx.addIssue({ code: 'custom', input: rule, path, message });
    if ((rule.to === undefined) === (rule.disqualify === undefined)) {
      say([], 'a recycle rule has either `to` (resume or a cadence) or disqualify: true');
    }
    if (rule.disqualify) {
      for (const key of ['earliestAfter', 'score', 'maxLoops', 'then'] as const) {
        if (rule[key] !== undefined) say([key], `\`${key}\` means nothing for a lead that is disqualified`);
      }
    } else if (rule.then !== undefined && rule.maxLoops === undefined) {
      say(['then'], '`then` needs maxLoops: it says what follows after so many returns');
    }
  })
  .meta({ id: 'RecycleRule' });

/** documents.md: recycle. What follows from each rejection reason, by its code. */
export const recyclePolicySchema = z.record(codeField, recycleRuleSchema).meta({ id: 'RecyclePolicy' });

export type RecycleRule = z.infer<typeof recycleRuleSchema>;
export type RecyclePolicy = z.infer<typeof recyclePolicySchema>;
