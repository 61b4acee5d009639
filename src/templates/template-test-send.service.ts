import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { AuditService } from '../common/audit/audit.service.js';
import { ProblemException, unavailable, unprocessable } from '../common/problem.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { inTransaction } from '../database/transaction.js';
import { uuidV7 } from '../database/uuid-v7.js';
import { Mailer } from '../integrations/mail/mailer.js';
import { OrganisationService } from '../people/organisation.service.js';
import { type Person, PeopleService } from '../people/people.service.js';
import { TemplatePreviewService } from './template-preview.service.js';

/** A person who tries a template needs a handful; more is somebody's loop. */
const MAX_PER_HOUR = 20;
const HOUR_MS = 3_600_000;
const ACTION = 'template.test_send';

export interface TestSend {
  readonly to: string;
  readonly version: number;
  readonly subject: string;
}

/** Sends what a lead would read to the person who asks, and to nobody else. No touch, no links over the tracker. */
@Injectable()
export class TemplateTestSendService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly previews: TemplatePreviewService,
    private readonly people: PeopleService,
    private readonly organisations: OrganisationService,
    private readonly audit: AuditService,
    private readonly mailer: Mailer,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Throws 422 when the lead would not get the mail, 429 after 20 in an hour, 503 when the mail server does not take it.
   * A try counts, sent or not.
   */
  async send(
    key: string,
    { leadId, language }: { readonly leadId: string; readonly language?: string | undefined },
    callerId: string,
    now: Date,
  ): Promise<TestSend> {
    const { version, subject, html, text, problem } = await this.previews.preview(key, leadId, language);
    if (problem || subject === null || html === null || text === null) {
      const { code = 'template_error', message = 'This template can not be rendered' } = problem ?? {};
      throw unprocessable([{ path: 'leadId', code, message }]);
    }
    const person = await inTransaction(this.dataSource, (manager) =>
      this.take(manager, callerId, { key, version, leadId }, now),
    );
    const { sender } = await this.organisations.get(this.dataSource.manager);
    const { fromDomain } = this.config.mail;
    const marked = `[Test] ${subject}`;
    const answer = await this.mailer.send({
      messageId: `${uuidV7()}@${fromDomain}`,
      from: { name: sender.name, address: sender.address },
      to: { name: person.name, address: person.email },
      envelopeFrom: sender.address,
      subject: marked,
      html,
      text,
      headers: { 'Auto-Submitted': 'auto-generated', 'Feedback-ID': `${key}:test:team:baton` },
    });
    if (answer.outcome !== 'accepted') throw unavailable(60, 'The mail server did not take the test mail.');
    return { to: person.email, version, subject: marked };
  }

  /** Counts the try under the lock of the person's row: two at once are not both the last one. */
  private async take(
    manager: EntityManager,
    personId: string,
    data: Readonly<Record<string, unknown>>,
    now: Date,
  ): Promise<Person> {
    await manager.query('SELECT 1 FROM people WHERE id = $1 FOR UPDATE', [personId]);
    const person = await this.people.byId(manager, personId);
    if (person === undefined) throw new Error(`no person ${personId} behind a key in force`);
    const [oldest]: { at: Date }[] = await manager.query(
      `SELECT at FROM audit_entries WHERE subject_kind = 'person' AND subject_id = $1 AND action = $2 AND at > $3
        ORDER BY at DESC OFFSET $4 LIMIT 1`,
      [personId, ACTION, new Date(now.getTime() - HOUR_MS), MAX_PER_HOUR - 1],
    );
    if (oldest) {
      const seconds = Math.ceil((oldest.at.getTime() + HOUR_MS - now.getTime()) / 1000);
      throw new ProblemException('too-many-requests', `At most ${MAX_PER_HOUR} test mails an hour for one person.`, {
        headers: { 'retry-after': String(Math.max(1, seconds)) },
      });
    }
    const entry = { actorId: personId, action: ACTION, subjectKind: 'person', subjectId: personId, data };
    await this.audit.record(manager, entry, now);
    return person;
  }
}
