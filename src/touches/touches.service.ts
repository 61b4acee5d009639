import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { judgeMailAnswer } from '../../domain/contactability/judge-mail-answer.js';
import { inTransaction } from '../database/transaction.js';
import type { MailAnswer } from '../integrations/mail/mail-message.js';
import { Mailer } from '../integrations/mail/mailer.js';
import { retryInstant, type SendTouchInput, type SendTouchResult } from './send-touch.js';
import { TouchClaimsService } from './touch-claims.service.js';
import { writeFailed, writeInDoubt, writeRefused, writeRefusedRecipient, writeSent } from './touch-ledger.js';

interface Claim {
  readonly touchId: string;
  readonly at: number;
  readonly attempts: number;
}

/** The outbound side of the touch ledger: at most one mail per (enrollment, step, visit), whatever is killed (P4). */
@Injectable()
export class TouchesService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly claims: TouchClaimsService,
    private readonly mailer: Mailer,
  ) {}

  /**
   * Claims, sends, settles; bounded by 30 s. Safe to call again after any failure: what was claimed and not settled is
   * `in_doubt`, what was settled is answered again. Throws only when the database is away.
   */
  async sendTouch(input: SendTouchInput): Promise<SendTouchResult> {
    const outcome = await inTransaction(this.dataSource, (manager) => this.claims.claim(manager, input, Date.now()));
    if (outcome.kind === 'answer') return outcome.result;
    // The claim is committed: from here on another call would find it and report a doubt.
    const answer = await this.mailer.send(outcome.message);
    return this.settle(outcome, answer);
  }

  private async settle({ touchId, at, attempts }: Claim, answer: MailAnswer): Promise<SendTouchResult> {
    const { manager } = this.dataSource;
    const detail = answer.outcome === 'accepted' ? '' : answer.detail;
    const reason = answer.outcome === 'refused' ? `refused_at_${answer.stage}` : '';
    switch (judgeMailAnswer(answer, { ledger: 'touch', attempts })) {
      case 'sent':
        await writeSent(manager, touchId, at);
        return { result: 'sent', at };
      case 'in_doubt':
        await writeInDoubt(manager, touchId, at, detail);
        return { result: 'in_doubt', at };
      case 'no_recipient':
        await writeRefusedRecipient(manager, touchId, at, detail);
        return { result: 'skipped', at, reason: 'refused_recipient' };
      case 'given_up': {
        const failed = await writeFailed(manager, touchId, at, reason, detail);
        // The process learns what it does next, which is what it does after a skipped one: the cadence goes on.
        return failed ? { result: 'skipped', at, reason: 'failed' } : { result: 'in_doubt', at };
      }
      case 'try_again': {
        const until = retryInstant(attempts + 1, at);
        const free = await writeRefused(manager, touchId, until, detail);
        return free ? { result: 'failed', at, until, reason } : { result: 'in_doubt', at };
      }
    }
  }
}
