import { z } from 'zod';

const at = z.string().nullable();

/** What the rep sees of a checklist. */
export const prepAnswerSchema = z
  .object({
    checklist: z.string().describe('Key of the checklist, of the version the handoff fell under'),
    done: z.int(),
    of: z.int().describe('How many items are to be ticked'),
    mails: z
      .array(
        z.object({
          ordinal: z.int().describe('0 brings the checklist, the others remind of it'),
          state: z.enum(['planned', 'claimed', 'sent', 'failed', 'in_doubt', 'skipped']),
          reason: z.string().nullable(),
          dueAt: z.string(),
          claimedAt: at,
        }),
      )
      .describe('Held until nobody can undo the acceptance'),
    items: z.array(
      z.object({
        key: z.string(),
        ask: z.string(),
        kind: z.enum(['confirm', 'obstacle']),
        owner: z.enum(['lead', 'rep']),
        confirmed: z.boolean(),
        text: z.string().nullable().describe('In the words of the lead'),
        answeredAt: at,
      }),
    ),
  })
  .meta({ id: 'HandoffPrep' });

export type PrepAnswerBody = z.output<typeof prepAnswerSchema>;
