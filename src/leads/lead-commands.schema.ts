import { z } from 'zod';
import { keyField } from '../../domain/document-field.schema.js';
import { RESUME_POLICIES } from '../../domain/lead/resume-policy.js';
import { noteField } from '../common/note.schema.js';

const reason = z.string({ error: 'Say why, in a few words' }).trim().min(1, { error: 'Say why' }).max(2_000);

export const disqualifyLeadSchema = z.strictObject({ note: noteField }).optional().meta({ id: 'DisqualifyLead' });

export const offerLeadSchema = z
  .strictObject({ reason: reason.describe('Stands in the packet: why sales should take the lead now') })
  .meta({ id: 'OfferLead' });

export const withdrawLeadSchema = z.strictObject({ note: noteField }).optional().meta({ id: 'WithdrawLead' });

export const enrollLeadSchema = z
  .strictObject({ cadence: keyField.describe('Key of a published cadence'), note: noteField })
  .meta({ id: 'EnrollLead' });

export const pauseLeadSchema = z.strictObject({ note: noteField }).optional().meta({ id: 'PauseLead' });

export const resumeLeadSchema = z
  .strictObject({
    policy: z
      .enum(RESUME_POLICIES, { error: '`policy` is continue, shift or skip_overdue' })
      .default('shift')
      .describe(
        'shift: its clock stood still; continue: its waits went on; skip_overdue: so, and late touches are skipped',
      ),
    note: noteField,
  })
  .optional()
  .meta({ id: 'ResumeLead' });

export const removeFromCadenceSchema = z
  .strictObject({ cadence: keyField.optional().describe('Absent: the one it runs through'), note: noteField })
  .optional()
  .meta({ id: 'RemoveLeadFromCadence' });

export const reopenLeadSchema = z.strictObject({ reason }).meta({ id: 'ReopenLead' });

/** No note: whatever is written about an erased lead would outlive it. */
export const eraseLeadSchema = z.strictObject({}).optional().meta({ id: 'EraseLead' });
