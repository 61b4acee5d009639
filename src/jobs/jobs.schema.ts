import { z } from 'zod';
import { noteField } from '../common/note.schema.js';
import { JOB_KINDS, JOB_STATES } from './job.entity.js';

const instant = z.iso.datetime();

export const stopJobSchema = z.strictObject({ note: noteField }).optional().meta({ id: 'StopJob' });

export const jobAnswerSchema = z
  .object({
    id: z.uuid(),
    kind: z.enum(JOB_KINDS),
    subject: z.string().describe('What it is about: the key of the cadence, or of the person who has left'),
    state: z.enum(JOB_STATES),
    total: z.int().describe('Leads it is about, as they were chosen when it was asked for'),
    done: z.int().describe('Leads dealt with: moved, skipped or failed'),
    moved: z.int().describe('Leads that went over, were taken in, or were offered anew or queued'),
    skipped: z.int(),
    failed: z.int(),
    rate: z.object({ leads: z.int(), per: z.enum(['minute', 'hour']) }),
    input: z.record(z.string(), z.json()).describe('What was asked for'),
    result: z.array(
      z.object({
        state: z.enum(['done', 'skipped', 'failed']),
        reason: z.string().nullable(),
        leads: z.int(),
        leadIds: z.array(z.uuid()).describe('At most 20 of them'),
      }),
    ),
    startedBy: z.object({ id: z.uuid(), name: z.string() }),
    createdAt: instant,
    endedAt: instant.nullable(),
  })
  .meta({ id: 'Job' });
export type JobAnswer = z.output<typeof jobAnswerSchema>;
