import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { notFound, unprocessable } from '../common/problem.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { DocumentsService } from '../documents/documents.service.js';
import { OrganisationService } from '../people/organisation.service.js';
import { type ScopeLead, TemplateRendererService } from './template-renderer.service.js';

export interface TemplatePreview {
  readonly version: number;
  readonly subject: string | null;
  readonly html: string | null;
  readonly text: string | null;
  /** Why this lead would not get the mail, e.g. `missing_variable` of `lead.company`. */
  readonly problem: { readonly code: string; readonly name: string | null; readonly message: string } | null;
}

type PreviewLead = ScopeLead & { readonly campaignName: string | null; readonly campaignCountry: string | null };

/** What a certain lead would read. Sends nothing, tracks nothing. */
@Injectable()
export class TemplatePreviewService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly documents: DocumentsService,
    private readonly organisations: OrganisationService,
    private readonly renderer: TemplateRendererService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async preview(key: string, leadId: string): Promise<TemplatePreview> {
    const { manager } = this.dataSource;
    const template = await this.documents.effective(manager, 'template', key);
    if (template === undefined) throw notFound();
    const lead = await this.lead(leadId);
    if (lead === undefined) {
      throw unprocessable([{ path: 'leadId', code: 'unknown_lead', message: 'There is no such lead' }]);
    }
    const { sender } = await this.organisations.get(manager);
    const { body, version } = template;
    const rendered = this.renderer.render(
      body,
      // Links lead to where they lead, not over the tracker: looking is no engagement.
      { lead, campaign: { name: lead.campaignName, country: lead.campaignCountry }, sender, links: body.links },
      {
        senderName: sender.name,
        postal: sender.postal,
        unsubscribeUrl: `${this.config.http.baseUrl}/u/preview`,
        language: body.language ?? 'en',
      },
    );
    if (rendered.ok) return { version, ...rendered.mail, problem: null };
    const problem =
      rendered.problem === 'missing_variable'
        ? { code: 'missing_variable', name: rendered.name, message: `This lead has no ${rendered.name}` }
        : { code: 'template_error', name: null, message: rendered.detail };
    return { version, subject: null, html: null, text: null, problem };
  }

  private async lead(id: string): Promise<PreviewLead | undefined> {
    const rows: PreviewLead[] = await this.dataSource.query(
      `SELECT l.name, l.email, l.company, l.title, l.country, l.language, l.profile,
              c.name AS "campaignName", c.country AS "campaignCountry"
         FROM leads l LEFT JOIN campaigns c ON c.key = l.campaign_key WHERE l.id = $1 AND l.state <> 'erased'`,
      [id],
    );
    return rows[0];
  }
}
