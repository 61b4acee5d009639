import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { chooseZone } from '../../../domain/time/choose-zone.js';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { LinkSigner } from '../../integrations/mail/link-signer.js';
import type { MailMessage } from '../../integrations/mail/mail-message.js';
import { OrganisationService } from '../../people/organisation.service.js';
import { TemplateRendererService } from '../../templates/template-renderer.service.js';
import { openItems } from './prep-items.js';
import { prepUrl } from './prep-link.js';
import { wordPrepMail } from './prep-mail-wording.js';
import type { Prep } from './prep.service.js';

/** The way out of mails works far longer than their page (promise A8). */
const WAY_OUT_LIFETIME_MS = 5 * 365 * 86_400_000;

/** Makes the mails that lead to a checklist's page, and the links to it. */
@Injectable()
export class PrepMailComposerService {
  constructor(
    private readonly organisations: OrganisationService,
    private readonly renderer: TemplateRendererService,
    private readonly signer: LinkSigner,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** `wallNow`: links are opened by people, whatever the lead's clock says. */
  async compose(
    manager: EntityManager,
    prep: Prep,
    mail: { readonly id: string; readonly ordinal: number; readonly address: string; readonly wallNow: number },
  ): Promise<MailMessage> {
    const { row, checklist } = prep;
    const { id, ordinal, address, wallNow } = mail;
    const organisation = await this.organisations.get(manager);
    const { sender } = organisation;
    const { baseUrl } = this.config.http;
    const { fromDomain } = this.config.mail;
    const unsubscribeUrl = `${baseUrl}/u/${this.signer.sign('unsubscribe', [id], wallNow + WAY_OUT_LIFETIME_MS)}`;
    const worded = wordPrepMail({
      ordinal,
      leadName: row.leadName,
      repName: row.assigneeName,
      organisation: organisation.name,
      meetingAt: row.meetingAt?.getTime() ?? null,
      zone: chooseZone({ lead: row.leadZone, campaign: row.campaignZone, organisation: organisation.zone }).zone,
      checklist,
      open: openItems(prep),
      url: prepUrl(this.signer, baseUrl, row, wallNow),
    });
    const layout = { senderName: sender.name, postal: sender.postal, unsubscribeUrl, language: 'en' };
    const { subject, html, text } = this.renderer.layOut(worded, layout);
    const bounces = `${this.signer.bounceLocalPart(id)}@${fromDomain}`;
    return {
      messageId: `${id}@${fromDomain}`,
      from: { name: row.assigneeName, address: row.assigneeEmail },
      to: { name: row.leadName ?? '', address },
      envelopeFrom: bounces,
      subject,
      html,
      text,
      headers: { 'Feedback-ID': `prep:${checklist.key}:handoff:baton` },
      unsubscribe: { url: unsubscribeUrl, mailto: `${bounces}?subject=unsubscribe` },
    };
  }
}
