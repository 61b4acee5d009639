import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { judgeMailAnswer } from '../../../domain/contactability/judge-mail-answer.js';
import { retryPauseMs } from '../../../domain/contactability/mail-retry.js';
import { judgePrepMail } from '../../../domain/handoff/prep/judge-prep-mail.js';
import { isPrepared } from '../../../domain/handoff/prep/read-prep-form.js';
import { TouchBreakersService } from '../../breakers/touch-breakers.service.js';
import { inTransaction } from '../../database/transaction.js';
import { unlessErased } from '../../database/unless-erased.js';
import type { MailMessage } from '../../integrations/mail/mail-message.js';
import { Mailer } from '../../integrations/mail/mailer.js';
import { SuppressionsService } from '../../touches/suppressions.service.js';
import { PrepMailComposerService } from './prep-mail-composer.service.js';
import type { PrepMailState } from './prep-mail.entity.js';
import { type PrepMailRow, PrepReadModel } from './prep.read-model.js';
import { type Prep, PrepService } from './prep.service.js';

/** A mail that a breaker holds is looked at again after so long. */
const HELD_MS = 15 * 60_000;

interface Claimed {
  readonly id: string;
  readonly at: number;
  readonly attempts: number;
  readonly message: MailMessage;
}

/** Mails to leads about their checklists, under the rules of every ledger of mails: claim, send, settle. */
@Injectable()
export class PrepMailsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly reads: PrepReadModel,
    private readonly preps: PrepService,
    private readonly composer: PrepMailComposerService,
    private readonly suppressions: SuppressionsService,
    private readonly breakers: TouchBreakersService,
    private readonly mailer: Mailer,
  ) {}

  /** Sends one mail that is due, at most once whoever calls; one that was certainly refused is due again later. */
  async send(mail: { readonly handoffId: string; readonly leadId: string; readonly ordinal: number }, wallNow: number) {
    const claimed = await inTransaction(this.dataSource, (manager) => this.claim(manager, mail, wallNow));
    if (claimed === undefined) return;
    const { id, at, attempts, message } = claimed;
    const answer = await this.mailer.send(message);
    const detail = answer.outcome === 'accepted' ? null : answer.detail;
    const verdict = judgeMailAnswer(answer, { ledger: 'touch', attempts });
    if (verdict === 'sent' || verdict === 'in_doubt') return this.settle(id, verdict, at, detail);
    if (verdict !== 'try_again') return this.settle(id, 'failed', at, detail);
    return this.settle(id, 'planned', null, detail, new Date(at + retryPauseMs(attempts + 1)));
  }

  /** Under the lead's lock, like every stop: what commits here is the only licence to talk to the mail server. */
  private async claim(
    manager: EntityManager,
    { handoffId, leadId, ordinal }: { handoffId: string; leadId: string; ordinal: number },
    wallNow: number,
  ): Promise<Claimed | undefined> {
    await manager.query('SELECT 1 FROM leads WHERE id = $1 FOR UPDATE', [leadId]);
    const mail = (await this.reads.mails(manager, handoffId)).find((one) => one.ordinal === ordinal);
    if (mail === undefined || mail.state !== 'planned') return undefined;
    const prep = await this.preps.of(manager, handoffId);
    const { reason, at } = await this.judge(manager, prep, mail, wallNow);
    const address = prep?.row.email ?? null;
    if (prep === undefined || address === null || reason !== undefined) {
      await manager.query(`UPDATE prep_mails SET state = 'skipped', reason = $2, finished_at = $3 WHERE id = $1`, [
        mail.id,
        reason ?? 'erased',
        new Date(at),
      ]);
      return undefined;
    }
    // Leads in virtual time are held by none: their clocks say nothing about today.
    if (prep.row.clockOffsetMs === 0 && (await this.breakers.isProviderOpen(manager, address))) {
      await manager.query(`UPDATE prep_mails SET reason = 'breaker_provider', due_at = $2 WHERE id = $1`, [
        mail.id,
        new Date(at + HELD_MS),
      ]);
      return undefined;
    }
    const message = await this.composer.compose(manager, prep, { id: mail.id, ordinal, address, wallNow });
    await manager.query(
      `UPDATE prep_mails SET state = 'claimed', reason = NULL, claimed_at = $2, message_id = $3, subject = $4, error = NULL WHERE id = $1`,
      [mail.id, new Date(at), message.messageId, message.subject],
    );
    return { id: mail.id, at, attempts: mail.attempts, message };
  }

  private async judge(
    manager: EntityManager,
    prep: Prep | undefined,
    { ordinal, dueAt }: PrepMailRow,
    wallNow: number,
  ): Promise<{ reason: string | undefined; at: number }> {
    if (prep === undefined) return { reason: 'erased', at: wallNow };
    const { row, checklist, answers } = prep;
    // A lead in virtual time lives at the instant at which the mail is due.
    const at = row.clockOffsetMs === 0 ? Math.max(wallNow, dueAt.getTime()) : dueAt.getTime();
    const suppressed =
      !row.contactable || (row.email !== null && (await this.suppressions.causeOf(manager, row.email)) !== undefined);
    const meetingAt = row.meetingAt?.getTime() ?? null;
    const reason = judgePrepMail({
      ...{
        ordinal,
        at,
        handoffState: row.state,
        returned: row.returnedAt !== null,
        leadState: row.leadState,
        email: row.email,
        suppressed,
      },
      complete: isPrepared(checklist, answers),
      meetingAt,
      expectedAt: meetingAt ?? row.firstContactBy?.getTime() ?? null,
    });
    return { reason, at };
  }

  /** Settles a claim; what was taken for in doubt meanwhile is only resolved by knowing that it was sent. */
  private async settle(
    id: string,
    state: PrepMailState,
    at: number | null,
    error: string | null,
    dueAt: Date | null = null,
  ): Promise<void> {
    const from = state === 'sent' ? ['claimed', 'in_doubt'] : ['claimed'];
    await this.dataSource.query(
      `UPDATE prep_mails SET state = $2, finished_at = $3, due_at = coalesce($6, due_at),
              claimed_at = CASE WHEN $2 = 'planned' THEN NULL ELSE claimed_at END,
              error = ${unlessErased('prep_mails', '$4')},
              attempts = attempts + CASE WHEN $2 IN ('planned', 'failed') THEN 1 ELSE 0 END
        WHERE id = $1 AND state = ANY($5)`,
      [id, state, at === null ? null : new Date(at), error, from, dueAt],
    );
  }
}
