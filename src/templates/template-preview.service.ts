import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { LanguageCandidates, LanguageChoice } from '../../domain/contactability/choose-language.js';
import {
  templateFor,
  templateIn,
  languagesOf,
  type Translated,
} from '../../domain/contactability/template-language.js';
import { notFound, unprocessable } from '../common/problem.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { DocumentsService } from '../documents/documents.service.js';
import { PrepBlockService } from '../handoffs/prep/prep-block.service.js';
import { OrganisationService } from '../people/organisation.service.js';
import { type ScopeLead, TemplateRendererService } from './template-renderer.service.js';

export interface TemplatePreview {
  readonly version: number;
  /** What this lead would read it in, and who says so; null where the template does not say what it is written in. */
  readonly language: string | null;
  readonly languageFrom: LanguageChoice['from'] | 'request';
  readonly subject: string | null;
  readonly html: string | null;
  readonly text: string | null;
  /** Why this lead would not get the mail, e.g. `missing_variable` of `lead.company`. */
  readonly problem: { readonly code: string; readonly name: string | null; readonly message: string } | null;
}

type PreviewLead = ScopeLead & {
  readonly campaignName: string | null;
  readonly campaignCountry: string | null;
  readonly campaignLanguage: string | null;
};

/** What a certain lead would read. Sends nothing, tracks nothing. */
@Injectable()
export class TemplatePreviewService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly documents: DocumentsService,
    private readonly organisations: OrganisationService,
    private readonly renderer: TemplateRendererService,
    private readonly preps: PrepBlockService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** In `asked` where it is given, else in the language the lead would get. 404, or 422 for an unknown lead or language. */
  async preview(key: string, leadId: string, asked?: string): Promise<TemplatePreview> {
    const { manager } = this.dataSource;
    const template = await this.documents.effective(manager, 'template', key);
    if (template === undefined) throw notFound();
    const lead = await this.lead(leadId);
    if (lead === undefined) {
      throw unprocessable([{ path: 'leadId', code: 'unknown_lead', message: 'There is no such lead' }]);
    }
    const { sender, language: organisation } = await this.organisations.get(manager);
    const { version } = template;
    const { written: body, choice } = templateAsked(template.body, asked, {
      ...{ lead: lead.language, campaign: lead.campaignLanguage, organisation },
    });
    const said = { version, language: choice.language ?? null, languageFrom: choice.from };
    const { baseUrl } = this.config.http;
    const rendered = this.renderer.render(
      body,
      // Links lead to where they lead, not over the tracker: looking is no engagement.
      {
        lead,
        campaign: { name: lead.campaignName, country: lead.campaignCountry },
        sender,
        links: body.links,
        prep: await this.preps.preview(manager, leadId),
      },
      {
        senderName: sender.name,
        postal: sender.postal,
        unsubscribeUrl: `${baseUrl}/u/preview`,
        language: body.language ?? 'en',
      },
    );
    if (rendered.ok) return { ...said, ...rendered.mail, problem: null };
    const problem =
      rendered.problem === 'missing_variable'
        ? { code: 'missing_variable', name: rendered.name, message: `This lead has no ${rendered.name}` }
        : { code: 'template_error', name: null, message: rendered.detail };
    return { ...said, subject: null, html: null, text: null, problem };
  }

  private async lead(id: string): Promise<PreviewLead | undefined> {
    const rows: PreviewLead[] = await this.dataSource.query(
      `SELECT l.name, l.email, l.company, l.title, l.country, l.language, l.profile,
              c.name AS "campaignName", c.country AS "campaignCountry",
              c.language AS "campaignLanguage"
         FROM leads l LEFT JOIN campaigns c ON c.key = l.campaign_key WHERE l.id = $1 AND l.state <> 'erased'`,
      [id],
    );
    return rows[0];
  }
}

function templateAsked<T extends Translated>(template: T, asked: string | undefined, candidates: LanguageCandidates) {
  if (asked === undefined) return templateFor(template, candidates);
  const languages = languagesOf(template);
  if (!languages.includes(asked)) {
    const known = languages.length === 0 ? 'it does not say in which' : `use one of ${languages.join(', ')}`;
    const message = `the template is not written in ${asked}; ${known}`;
    throw unprocessable([{ path: 'language', code: 'unknown_language', message }]);
  }
  return { written: templateIn(template, asked), choice: { language: asked, from: 'request' as const } };
}
