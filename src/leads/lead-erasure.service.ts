import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { SuppressionsService } from '../touches/suppressions.service.js';

/** Answers to repeated requests are kept for a day; what came shortly before may be told in them. */
const TOLD_WITHIN_MS = 2 * 86_400_000;

/**
 * Everything a person could be known by, table by table; `$1` is the lead. What stays are ids, codes, instants and
 * points: the figures add up, and nobody is in them.
 */
const STATEMENTS = [
  // First, while its addresses are known: people also rehearse with a made-up lead that is one they know.
  `delete from rehearsals
    where real_lead_id = $1::uuid
       or lower(request #>> '{lead,profile,email}') in (select value from lead_identities where lead_id = $1::uuid)`,
  // A domain that no other lead has is that of one person.
  `update breakers b set key = 'erased/' || b.id
    where b.scope = 'provider'
      and b.key in (select lower(split_part(value, '@', 2)) from lead_identities where lead_id = $1 and kind = 'email')
      and not exists (select 1 from leads l where l.id <> $1 and lower(split_part(l.email, '@', 2)) = b.key)`,
  `update leads set email = null, name = null, company = null, title = null, phone = null, country = null,
                    time_zone = null, language = null, profile = '{}', tags = '{}', consent = null, contactable = false
    where id = $1`,
  'delete from lead_identities where lead_id = $1',
  `update profile_changes set changes = '{}' where lead_id = $1`,
  `update notes set text = '' where lead_id = $1`,
  `update insights set text = '' where lead_id = $1`,
  `update engagements set source = 'erased', event_id = id::text, purpose = null, properties = '{}', content_hash = ''
    where lead_id = $1`,
  'update touches set subject = null, html = null, text = null, error = null where lead_id = $1',
  `update notices set subject = null, error = null,
                     state = case when state = 'planned' then 'skipped' else state end
    where lead_id = $1`,
  'delete from prep_answers where lead_id = $1',
  'update prep_mails set subject = null, error = null where lead_id = $1',
  `update handoffs set packet = '{}' where lead_id = $1`,
  // What tells of states holds ids and codes only, and receivers have to hear that the lead is gone.
  `update webhook_deliveries
      set body = null,
          last_error = case when state in ('pending', 'failed') then 'erased' else last_error end,
          state = case when state in ('pending', 'failed') then 'dead' else state end
    where lead_id = $1 and event <> 'lead.state_changed'`,
  `update decisions set data = data - 'externalId' where lead_id = $1`,
  `update lead_records set data = data - 'externalId' where lead_id = $1`,
  // Of an import that still runs; the file itself goes with its end.
  `delete from import_keys k using import_rows r
    where r.import_id = k.import_id and r.row_no = k.row_no and r.lead_id = $1`,
  `update import_rows set message = null, filled = '{}', kept = '{}' where lead_id = $1`,
  `update audit_entries set note = null, note_salt = null, note_seal = coalesce(note_seal, 'erased')
    where note is not null
      and ((subject_kind = 'lead' and subject_id = $1::text)
        or (subject_kind = 'handoff' and subject_id in (select id::text from handoffs where lead_id = $1::uuid))
        or (subject_kind = 'todo' and subject_id in (select id::text from todos where lead_id = $1::uuid)))`,
];

/** Forgets a lead in the record (promise P18; `docs/adr/0008-erasure.md`). */
@Injectable()
export class LeadErasureService {
  constructor(private readonly suppressions: SuppressionsService) {}

  /**
   * Joins the transaction that stores the state `erased`, which holds the lead's row: whoever writes about the lead takes
   * the same lock and finds it erased. `email` as it was.
   */
  async forget(manager: EntityManager, lead: { readonly id: string; readonly email: string | null }, at: Date) {
    await this.forgetAnswers(manager, lead, at);
    for (const statement of STATEMENTS) await manager.query(statement, [lead.id]);
    if (lead.email !== null) await this.suppressions.eraseAddress(manager, lead.email, at);
  }

  /** Kept answers that tell of the lead: a repetition hears that it is gone. */
  private async forgetAnswers(manager: EntityManager, lead: { id: string; email: string | null }, at: Date) {
    const told = await manager.query<{ word: string }[]>(
      `select value as word from lead_identities where lead_id = $1
       union select event_id from engagements where lead_id = $1 and received_at > $2
       union select id::text from engagements where lead_id = $1 and received_at > $2
       union select id::text from handoffs where lead_id = $1
       union select id::text from notes where lead_id = $1
       union select id::text from insights where lead_id = $1
       union select id::text from todos where lead_id = $1`,
      [lead.id, new Date(at.getTime() - TOLD_WITHIN_MS)],
    );
    const words = [lead.id, ...(lead.email === null ? [] : [lead.email]), ...told.map(({ word }) => word)];
    const gone = { type: '/problems/not-found', title: 'Not found', status: 404, detail: 'The lead was erased.' };
    await manager.query(
      `update idempotency_keys set status = 404, body = to_jsonb($2::text)
        where state = 'done' and body is not null
          and exists (select 1 from unnest($1::text[]) as word where strpos(body #>> '{}', word) > 0)`,
      [words, JSON.stringify(gone)],
    );
  }
}
