import { Injectable } from '@nestjs/common';
import { type LayoutParts, layOutMail } from './mail-layout.js';
import {
  htmlToText,
  type RenderedTemplate,
  type RenderResult,
  renderTemplate,
  type TemplateSource,
} from './render-template.js';
import { buildScope, type ScopeLead, type ScopePrep, type ScopeSources } from './template-scope.js';

export type { ScopeLead, ScopePrep, TemplateSource };
export type RenderProblem = Extract<RenderResult, { ok: false }>;

/** What a lead reads, made of a template version and what is known about the lead. */
@Injectable()
export class TemplateRendererService {
  /** The complete mail with its foot, or what is missing for it. */
  render(source: TemplateSource, scope: ScopeSources, layout: LayoutParts): RenderResult {
    const rendered = renderTemplate(source, buildScope(scope));
    return rendered.ok ? { ok: true, mail: layOutMail(rendered.mail, layout) } : rendered;
  }

  /** A mail of Baton's own with the same foot; the text part is made of its HTML, whose values are escaped already. */
  layOut({ subject, html }: Pick<RenderedTemplate, 'subject' | 'html'>, layout: LayoutParts): RenderedTemplate {
    return layOutMail({ subject, html, text: htmlToText(html) }, layout);
  }
}
