import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { judgeMailAnswer, type MailVerdict } from '../../domain/contactability/judge-mail-answer.js';
import { MAX_PREP_NOTICES } from '../../domain/handoff/prep/prep-notices.js';
import type { NoticeKind } from '../../domain/lead/notice-kind.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { inTransaction } from '../database/transaction.js';
import { unlessErased } from '../database/unless-erased.js';
import { uuidV7 } from '../database/uuid-v7.js';
import { LinkSigner } from '../integrations/mail/link-signer.js';
import type { MailMessage } from '../integrations/mail/mail-message.js';
import { Mailer } from '../integrations/mail/mailer.js';
import { OrganisationService } from '../people/organisation.service.js';
import { noticeHtml, noticeText } from './notice-layout.js';
import { NoticeRecipientsService, type Recipient } from './notice-recipients.service.js';
import { wordNotice } from './notice-wording.js';
import { type HeldTouch, type MentioningNote, type NoticeRow, NoticesReadModel } from './notices.read-model.js';

/** Instants are epoch milliseconds on the lead's clock. */
export interface SendNoticeInput {
  readonly leadId: string;
  readonly handoffNo: number;
  readonly kind: NoticeKind;
  readonly ordinal: number;
  readonly now: number;
  /** Of a notice that waits in the ledger: somebody else who claimed it is at work on it, not dead. */
  readonly plannedOnly?: boolean;
}

export interface SendNoticeResult {
  readonly result: 'sent' | 'in_doubt' | 'skipped' | 'failed';
  readonly at: number;
}

/** Certainly not delivered; the same call may be made again. */
class NoticeRefused extends Error {
  override readonly name = 'NoticeRefused';
}

/** The sync that stores a return runs at the same time as its notice, which says why the lead came back. */
const RETURN_WAIT_MS = 2_000;
const RETURN_POLL_MS = 40;
const TELL_A_RETURN: readonly NoticeKind[] = ['return_to_acknowledge', 'expired'];

type Claim =
  | { readonly kind: 'answer'; readonly result: SendNoticeResult }
  | {
      readonly kind: 'claimed';
      readonly id: string;
      readonly at: number;
      readonly attempts: number;
      readonly message: MailMessage;
    };

/** How a claimed notice ends; one that is tried again has no result yet. */
const RESULTS: Readonly<Record<MailVerdict, SendNoticeResult['result'] | undefined>> = {
  ...{ sent: 'sent', in_doubt: 'in_doubt', no_recipient: 'skipped', given_up: 'failed' },
  try_again: undefined,
};

/** An offer can be answered from its mail for so long. */
const LINK_LIFETIME_MS = 30 * 86_400_000;

/** Mails to people of the organisation, under the same ledger rules as touches: claim, send, settle. */
@Injectable()
export class NoticesService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly reads: NoticesReadModel,
    private readonly recipients: NoticeRecipientsService,
    private readonly organisations: OrganisationService,
    private readonly mailer: Mailer,
    private readonly signer: LinkSigner,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** At most one mail per (lead, handoff, kind, ordinal). Throws `NoticeRefused` when it is to be tried again. */
  async sendNotice(input: SendNoticeInput): Promise<SendNoticeResult> {
    await this.awaitReturn(input);
    const claim = await inTransaction(this.dataSource, (manager) => this.claim(manager, input, Date.now()));
    if (claim.kind === 'answer') return claim.result;
    const { id, at, attempts } = claim;
    const answer = await this.mailer.send(claim.message);
    const detail = answer.outcome === 'accepted' ? null : answer.detail;
    const result = RESULTS[judgeMailAnswer(answer, { ledger: 'notice', attempts })];
    await this.settle(id, result ?? 'planned', result === undefined ? null : at, detail);
    if (result !== undefined) return { result, at };
    throw new NoticeRefused(`refused at ${answer.outcome === 'refused' ? answer.stage : answer.outcome}`);
  }

  private async awaitReturn({ kind, leadId, handoffNo }: SendNoticeInput): Promise<void> {
    if (!TELL_A_RETURN.includes(kind)) return;
    const until = Date.now() + RETURN_WAIT_MS;
    while (!(await this.reads.hasReturned(this.dataSource.manager, leadId, handoffNo)) && Date.now() < until) {
      await pause(RETURN_POLL_MS);
    }
  }

  private async claim(manager: EntityManager, input: SendNoticeInput, wallNow: number): Promise<Claim> {
    const { leadId, handoffNo, kind, ordinal } = input;
    await this.reads.lock(manager, leadId);
    const row = await this.reads.load(manager, leadId, handoffNo);
    if (row === undefined) return answer('skipped', input.now);
    const at = row.clockOffsetMs === 0 ? Math.max(input.now, wallNow) : input.now;
    const known = await this.reads.known(manager, leadId, handoffNo, kind, ordinal);
    if (known !== undefined && known.state !== 'planned') {
      const claimedAt = known.claimedAt?.getTime() ?? at;
      if (known.state !== 'claimed') return answer(resultOf(known.state), claimedAt);
      if (input.plannedOnly === true) return answer('skipped', at);
      await setState(manager, known.id, 'in_doubt', at, 'the process that claimed it left no outcome');
      return answer('in_doubt', claimedAt);
    }
    const touch = known === undefined ? undefined : await this.reads.touchOf(manager, known.id);
    const mention =
      kind === 'mention' && known !== undefined ? await this.reads.mentionOf(manager, known.id) : undefined;
    const isCured = kind === 'touch_held' && touch?.state !== 'held' && !touch?.breaker;
    if (isOver(kind, row) || isCured || (kind === 'mention' && mention === undefined)) {
      // One that was planned is not looked for again.
      await manager.query(
        `UPDATE notices SET state = 'skipped', finished_at = $2 WHERE id = $1 AND state = 'planned'`,
        [known?.id ?? null, new Date(at)],
      );
      return answer('skipped', at);
    }
    const recipient = await this.recipients.of(manager, kind, row, { ...input, mentionedId: mention?.personId });
    const id = known?.id ?? uuidV7();
    if (!(await this.recipients.wants(manager, recipient, kind))) {
      await writeUnwanted(manager, { id, personId: recipient.person.id, at }, input);
      return answer('skipped', at);
    }
    const message = await this.compose(
      manager,
      id,
      input,
      { ...row, touch: touch ?? null, mention: mention ?? null },
      recipient,
      wallNow,
    );
    await manager.query(
      `INSERT INTO notices (id, lead_id, handoff_no, kind, ordinal, person_id, state, claimed_at, message_id, subject)
       VALUES ($1, $2, $3, $4, $5, $6, 'claimed', $7, $8, $9)
       ON CONFLICT (id) DO UPDATE SET person_id = excluded.person_id, state = 'claimed', error = NULL,
         claimed_at = excluded.claimed_at, subject = excluded.subject`,
      [id, leadId, handoffNo, kind, ordinal, recipient.person.id, new Date(at), message.messageId, message.subject],
    );
    return { kind: 'claimed', id, at, attempts: known?.attempts ?? 0, message };
  }

  private async compose(
    manager: EntityManager,
    id: string,
    { kind, leadId, handoffNo, ordinal }: SendNoticeInput,
    row: NoticeRow & { readonly touch: HeldTouch | null; readonly mention: MentioningNote | null },
    { person, missing }: Recipient,
    wallNow: number,
  ): Promise<MailMessage> {
    const { sender } = await this.organisations.get(manager);
    const { baseUrl } = this.config.http;
    const { fromDomain } = this.config.mail;
    const text = wordNotice(kind, {
      reader: person,
      lead: row,
      assigneeName: row.assigneeName,
      packet: row.packet,
      routing: row.routing?.sentence ?? null,
      accepted: row.handoffState === 'accepted',
      acceptDueAt: row.acceptDueAt?.getTime() ?? null,
      firstTouchDueAt: row.firstTouchDueAt?.getTime() ?? null,
      decision: row.handoffState === 'offered' ? null : { reason: row.reason, note: row.note },
      missing,
      touch: row.touch,
      releaseCall: `POST ${baseUrl}/v1/breakers/${row.touch?.breaker?.id ?? '…'}/release`,
      prep: kind === 'prep_answered' ? await this.reads.prepAnswers(manager, leadId, handoffNo) : [],
      prepEnds: kind === 'prep_answered' && ordinal >= MAX_PREP_NOTICES,
      mention: row.mention,
      answerCall: `POST ${baseUrl}/v1/leads/${leadId}/notes`,
      links: row.handoffId === null ? null : this.decideLinks(row.handoffId, person.id, wallNow),
      giveBackCall: `POST ${baseUrl}/v1/handoffs/${row.handoffId ?? '…'}/return`,
      acknowledgeCall: `POST ${baseUrl}/v1/handoffs/${row.handoffId ?? '…'}/acknowledge-return`,
    });
    return {
      messageId: `${id}@${fromDomain}`,
      from: { name: sender.name, address: sender.address },
      to: { name: person.name, address: person.email },
      envelopeFrom: `${this.signer.bounceLocalPart(id)}@${fromDomain}`,
      subject: text.subject,
      html: noticeHtml(text, person.name),
      text: noticeText(text, person.name),
      headers: { 'Auto-Submitted': 'auto-generated', 'Feedback-ID': `${kind}:notice:team:baton` },
    };
  }

  /** The link carries who reads it: a mail passed on decides in the name of whom it was sent to. */
  private decideLinks(handoffId: string, personId: string, wallNow: number): { accept: string; reject: string } {
    const token = this.signer.sign('decide', [handoffId, personId], wallNow + LINK_LIFETIME_MS);
    const accept = `${this.config.http.baseUrl}/l/${token}`;
    return { accept, reject: `${accept}?reject` };
  }

  private settle(id: string, state: string, at: number | null, error: string | null): Promise<void> {
    return setState(this.dataSource.manager, id, state, at, error);
  }
}

/** Whether there is nothing left to tell: a decision came before the reminder. */
function isOver(kind: NoticeKind, row: NoticeRow): boolean {
  switch (kind) {
    case 'offer':
    case 'reminder':
    case 'team_owner':
      return row.handoffState !== 'offered';
    case 'escalation':
      return row.handoffState !== 'offered' && (row.handoffState !== 'accepted' || row.firstTouchAt !== null);
    case 'first_touch_reminder':
    case 'first_touch_team_owner':
      return row.firstTouchAt !== null;
    case 'return_to_acknowledge':
    case 'acknowledge_escalation':
      return row.acknowledgedAt !== null;
    case 'queued':
      return row.handoffId !== null;
    case 'prep_answered':
    case 'playbook_over':
      return row.handoffState !== 'accepted' || row.returnedAt !== null;
    default:
      return false;
  }
}

const answer = (result: SendNoticeResult['result'], at: number): Claim => ({ kind: 'answer', result: { result, at } });

const resultOf = (state: string): SendNoticeResult['result'] =>
  state === 'sent' || state === 'in_doubt' || state === 'failed' ? state : 'skipped';

/** The person does without: the ledger says so, and nobody decides it again. */
async function writeUnwanted(
  manager: EntityManager,
  { id, personId, at }: { id: string; personId: string; at: number },
  { leadId, handoffNo, kind, ordinal }: SendNoticeInput,
): Promise<void> {
  await manager.query(
    `INSERT INTO notices (id, lead_id, handoff_no, kind, ordinal, person_id, state, finished_at, error)
     VALUES ($1, $2, $3, $4, $5, $6, 'skipped', $7, 'preference')
     ON CONFLICT (id) DO UPDATE SET person_id = excluded.person_id, state = 'skipped', error = excluded.error,
       finished_at = excluded.finished_at`,
    [id, leadId, handoffNo, kind, ordinal, personId, new Date(at)],
  );
}

/** Settles a claim; what was taken for in doubt meanwhile is only resolved by knowing that it was sent. */
async function setState(
  manager: EntityManager,
  id: string,
  state: string,
  at: number | null,
  error: string | null,
): Promise<void> {
  const from = state === 'sent' ? ['claimed', 'in_doubt'] : ['claimed'];
  await manager.query(
    `UPDATE notices SET state = $2, finished_at = $3, error = ${unlessErased('notices', '$4')},
            attempts = attempts + CASE WHEN $2 IN ('planned', 'failed') THEN 1 ELSE 0 END
      WHERE id = $1 AND state = ANY($5)`,
    [id, state, at === null ? null : new Date(at), error, from],
  );
}
