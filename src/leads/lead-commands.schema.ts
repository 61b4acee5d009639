import { z } from 'zod';
import { noteField } from '../common/note.schema.js';

const reason = z.string({ error: 'Say why, in a few words' }).trim().min(1, { error: 'Say why' }).max(2_000);

export const disqualifyLeadSchema = z.strictObject({ note: noteField }).optional().meta({ id: 'DisqualifyLead' });

export const offerLeadSchema = z
  .strictObject({ reason: reason.describe('Stands in the packet: why sales should take the lead now') })
  .meta({ id: 'OfferLead' });

export const withdrawLeadSchema = z.strictObject({ note: noteField }).optional().meta({ id: 'WithdrawLead' });

export const reopenLeadSchema = z.strictObject({ reason }).meta({ id: 'ReopenLead' });

/** No note: whatever is written about an erased lead would outlive it. */
export const eraseLeadSchema = z.strictObject({}).optional().meta({ id: 'EraseLead' });
