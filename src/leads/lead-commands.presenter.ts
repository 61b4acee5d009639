import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { Caller } from '../common/auth/caller.js';
import { sha256, stableJson } from '../common/stable-json.js';
import type { leadCommandAnswerSchema } from './lead-answers.schema.js';
import type { DoneCommand, LeadOrder } from './lead-commands.service.js';
import { presentLead } from './leads.presenter.js';

/** The order behind a request; the same request with the same key is the same command. */
export function orderOf(
  what: string,
  leadId: string,
  { keyId, personId }: Caller,
  key: string | undefined,
  note: string | undefined,
): LeadOrder {
  return { personId, note, updateId: sha256(stableJson([what, leadId, keyId, key ?? randomUUID()])) };
}

export function presentDone(done: DoneCommand, caller: Caller): z.output<typeof leadCommandAnswerSchema> {
  const lead = presentLead(done.lead, caller);
  return { lead, state: lead.state, at: new Date(done.at).toISOString() };
}
