import { z } from 'zod';

/** How far sales is with reaching the lead. */
export const playbookAnswerSchema = z
  .object({
    attempts: z.int().describe('How often sales tries'),
    dispositions: z.array(z.string()).describe('What may be said of a try'),
    made: z.int(),
    reached: z.boolean(),
    exhausted: z.boolean().describe('As often as agreed and not reached: it may be given back with no_response'),
    nextDueAt: z.string().nullable(),
    items: z.array(
      z.object({
        at: z.string(),
        disposition: z.string(),
        by: z.object({ id: z.uuid(), name: z.string() }).nullable(),
        note: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'HandoffPlaybook' });

export type PlaybookAnswer = z.output<typeof playbookAnswerSchema>;
