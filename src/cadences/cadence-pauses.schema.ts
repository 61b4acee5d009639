import { z } from 'zod';
import { RESUME_POLICIES } from '../../domain/lead/resume-policy.js';
import { noteField } from '../common/note.schema.js';

const resumePolicyField = z
  .enum(RESUME_POLICIES, { error: '`policy` is continue, shift or skip_overdue' })
  .default('shift')
  .describe(
    'shift: clocks stood still; continue: waits went on, what is overdue goes now, spread; skip_overdue: it is skipped',
  );

export const pauseCadenceSchema = z.strictObject({ note: noteField }).optional().meta({ id: 'PauseCadence' });

export const resumeCadenceSchema = z
  .strictObject({ policy: resumePolicyField, note: noteField })
  .optional()
  .meta({ id: 'ResumeCadence' });

const instant = z.iso.datetime();

export const cadencePauseAnswerSchema = z
  .object({
    cadence: z.string(),
    paused: z.boolean(),
    pausedAt: instant,
    resumedAt: instant.nullable(),
    policy: z.enum(RESUME_POLICIES).nullable(),
    inside: z.int().describe('Leads inside that it stops, or that are told to go on'),
  })
  .meta({ id: 'CadencePause' });
