import type { EntityManager } from 'typeorm';
import { unlessErased } from '../database/unless-erased.js';
import { insertRows } from '../database/insert-rows.js';
import { uuidV7 } from '../database/uuid-v7.js';
import { TouchLinkEntity } from './touch-link.entity.js';

/** A row of the ledger that is not claimed: why it waits or will never be sent. */
export interface UnclaimedTouch {
  readonly id: string;
  readonly leadId: string;
  readonly enrollmentId: string;
  readonly step: string;
  readonly visit: number;
  readonly templateVersionId: string;
  readonly state: 'planned' | 'held' | 'skipped';
  readonly reason: string;
  readonly dueAt: number;
  readonly finishedAt: number | null;
}

/** A row that is claimed: from its commit on the touch counts as done or in doubt, never as not begun. */
export interface ClaimedTouch {
  readonly id: string;
  readonly leadId: string;
  readonly enrollmentId: string;
  readonly step: string;
  readonly visit: number;
  readonly templateVersionId: string;
  readonly dueAt: number;
  readonly claimedAt: number;
  readonly messageId: string;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly links: readonly { readonly id: string; readonly key: string; readonly url: string }[];
}

/** Why a touch is `failed`: a person found out that the mail server did not take it. */
export const RESOLVED_NOT_SENT = 'resolved_not_sent';
/** Of a `sent` one: a person found out that it did. */
export const RESOLVED_SENT = 'resolved_sent';

const at = (instant: number | null): Date | null => (instant === null ? null : new Date(instant));

/** Writes a touch that waits, is held or skipped. Only under the lead's lock, and never over a claimed one. */
export async function writeUnclaimed(manager: EntityManager, touch: UnclaimedTouch): Promise<void> {
  await manager.query(
    `INSERT INTO touches (id, lead_id, enrollment_id, step, visit, template_version_id, state, reason, due_at, finished_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     ON CONFLICT (enrollment_id, step, visit) DO UPDATE
       SET template_version_id = excluded.template_version_id, state = excluded.state, reason = excluded.reason,
           due_at = excluded.due_at, finished_at = excluded.finished_at
     WHERE touches.state IN ('planned', 'held')`,
    [
      touch.id,
      touch.leadId,
      touch.enrollmentId,
      touch.step,
      touch.visit,
      touch.templateVersionId,
      touch.state,
      touch.reason,
      at(touch.dueAt),
      at(touch.finishedAt),
    ],
  );
}

/** Claims. False when another claim was first, which the lead's lock rules out. */
export async function writeClaim(manager: EntityManager, touch: ClaimedTouch): Promise<boolean> {
  const claimed: unknown[] = await manager.query(
    `INSERT INTO touches (id, lead_id, enrollment_id, step, visit, template_version_id, state, due_at, claimed_at,
                          message_id, subject, html, text)
     VALUES ($1, $2, $3, $4, $5, $6, 'claimed', $7, $8, $9, $10, $11, $12)
     ON CONFLICT (enrollment_id, step, visit) DO UPDATE
       SET template_version_id = excluded.template_version_id, state = 'claimed', reason = NULL, error = NULL,
           due_at = excluded.due_at, claimed_at = excluded.claimed_at, finished_at = NULL,
           message_id = excluded.message_id, subject = excluded.subject, html = excluded.html, text = excluded.text
     WHERE touches.state IN ('planned', 'held')
     RETURNING id`,
    [
      touch.id,
      touch.leadId,
      touch.enrollmentId,
      touch.step,
      touch.visit,
      touch.templateVersionId,
      at(touch.dueAt),
      at(touch.claimedAt),
      touch.messageId,
      touch.subject,
      touch.html,
      touch.text,
    ],
  );
  if (claimed.length === 0) return false;
  // The links of an earlier attempt may stand in a mail somebody has; the template may have changed since.
  await manager.query('DELETE FROM touch_links WHERE touch_id = $1 AND NOT (id = ANY($2))', [
    touch.id,
    touch.links.map((link) => link.id),
  ]);
  const known: { id: string }[] = await manager.query('SELECT id FROM touch_links WHERE touch_id = $1', [touch.id]);
  const old = new Set(known.map((link) => link.id));
  const fresh = touch.links.filter((link) => !old.has(link.id));
  await insertRows(
    manager,
    TouchLinkEntity,
    fresh.map((link) => ({ ...link, touchId: touch.id })),
  );
  return true;
}

/** The mail is out. A doubt that arose meanwhile, and what a person made of it, is resolved by knowing better. */
export async function writeSent(manager: EntityManager, touchId: string, finishedAt: number): Promise<void> {
  await manager.query(
    `UPDATE touches SET state = 'sent', reason = NULL, error = NULL, finished_at = $2
      WHERE id = $1 AND (state IN ('claimed', 'in_doubt') OR reason = '${RESOLVED_NOT_SENT}')`,
    [touchId, at(finishedAt)],
  );
}

/** Nobody knows; a person resolves it. */
export async function writeInDoubt(
  manager: EntityManager,
  touchId: string,
  finishedAt: number,
  error: string,
): Promise<void> {
  await manager.query(
    `UPDATE touches SET state = 'in_doubt', error = ${unlessErased('touches', '$3')}, finished_at = $2 WHERE id = $1 AND state = 'claimed'`,
    [touchId, at(finishedAt), error],
  );
}

/** Certainly not delivered: free to be claimed again at `retryAt`. False when it was taken for in doubt meanwhile. */
export async function writeRefused(
  manager: EntityManager,
  touchId: string,
  retryAt: number,
  error: string,
): Promise<boolean> {
  const rows: [unknown[], number] = await manager.query(
    `UPDATE touches SET state = 'planned', reason = 'refused', attempts = attempts + 1, claimed_at = NULL,
            error = ${unlessErased('touches', '$3')},
            due_at = $2
      WHERE id = $1 AND state = 'claimed' RETURNING id`,
    [touchId, at(retryAt), error],
  );
  return rows[1] > 0;
}

/** Certainly not delivered, for the last time: nobody tries again. False when it was taken for in doubt meanwhile. */
export async function writeFailed(
  manager: EntityManager,
  touchId: string,
  finishedAt: number,
  reason: string,
  error: string,
): Promise<boolean> {
  const rows: [unknown[], number] = await manager.query(
    `UPDATE touches SET state = 'failed', reason = $3, attempts = attempts + 1, finished_at = $2,
            error = ${unlessErased('touches', '$4')}
      WHERE id = $1 AND state = 'claimed' RETURNING id`,
    [touchId, at(finishedAt), reason, error],
  );
  return rows[1] > 0;
}

/**
 * Plans the notice that names the marketer, once per touch; with `anew` once more, for a reason that is not the touch's own.
 * Only under the lead's lock.
 */
export async function planHeldNotice(manager: EntityManager, touchId: string, anew = false): Promise<void> {
  // What was told before stays a notice of the lead, about no touch.
  if (anew)
    await manager.query(`UPDATE notices SET touch_id = NULL WHERE touch_id = $1 AND state <> 'planned'`, [touchId]);
  await manager.query(
    `INSERT INTO notices (id, lead_id, handoff_no, kind, ordinal, person_id, state, touch_id)
     SELECT $2, l.id, 0, 'touch_held',
            (SELECT coalesce(max(n.ordinal), 0) + 1 FROM notices n WHERE n.lead_id = l.id AND n.kind = 'touch_held'),
            coalesce(l.marketing_person_id, l.accountable_person_id), 'planned', t.id
       FROM touches t JOIN leads l ON l.id = t.lead_id WHERE t.id = $1
     ON CONFLICT (touch_id) DO NOTHING`,
    [touchId, uuidV7()],
  );
}

/** The mailbox does not exist: sending again would be refused again. */
export async function writeRefusedRecipient(
  manager: EntityManager,
  touchId: string,
  finishedAt: number,
  error: string,
): Promise<void> {
  await manager.query(
    `UPDATE touches SET state = 'skipped', reason = 'refused_recipient', error = ${unlessErased('touches', '$3')}, finished_at = $2
      WHERE id = $1 AND state = 'claimed'`,
    [touchId, at(finishedAt), error],
  );
}
