import { z } from 'zod';
import type { AirCover } from './air-cover.read-model.js';

/** The cadence that marketing goes on with beside sales. */
export const airCoverAnswerSchema = z
  .object({
    state: z.enum(['planned', 'running', 'ended']),
    cadence: z
      .object({ key: z.string(), name: z.string(), version: z.int() })
      .nullable()
      .describe('Null while it is planned: which one takes the lead is chosen when it starts'),
    startsAt: z.string(),
    until: z.string().nullable().describe('The end of the grace, where it ends at the latest'),
    endedAt: z.string().nullable(),
    exitReason: z
      .string()
      .nullable()
      .describe(
        'stopped_by_sales, handed_over (sales answers alone: the grace is over, or the lead was won or lost), returned, …',
      ),
  })
  .meta({ id: 'AirCover' });

/** An allow-list: what is not named here does not leave. */
export function presentAirCover(cover: AirCover): z.output<typeof airCoverAnswerSchema> {
  const { state, cadence, startsAt, until, endedAt, exitReason } = cover;
  return {
    ...{ state, cadence, exitReason, startsAt: startsAt.toISOString() },
    until: until?.toISOString() ?? null,
    endedAt: endedAt?.toISOString() ?? null,
  };
}
