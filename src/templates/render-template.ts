import { convert } from 'html-to-text';
import type { Liquid } from 'liquidjs';
import { htmlEngine, textEngine } from './template-engine.js';
import type { TemplateScope } from './template-scope.js';

/** What rendering needs of a template version (documents: templates). */
export interface TemplateSource {
  readonly subject: string;
  readonly html: string;
  readonly text?: string | undefined;
}

export interface RenderedTemplate {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

export type RenderResult =
  | { readonly ok: true; readonly mail: RenderedTemplate }
  /** `lead.company`: unknown, or empty for this lead and without a default. */
  | { readonly ok: false; readonly problem: 'missing_variable'; readonly name: string }
  | { readonly ok: false; readonly problem: 'template_error'; readonly detail: string };

/** Renders strictly (product: Templates). Values are escaped in HTML and never parsed again. */
export function renderTemplate(source: TemplateSource, scope: TemplateScope): RenderResult {
  try {
    const subject = render(textEngine, source.subject, scope)
      .replace(/[\p{Cc}\u2028\u2029\s]+/gu, ' ')
      .trim();
    const html = render(htmlEngine, source.html, scope);
    const text = source.text === undefined ? htmlToText(html) : render(textEngine, source.text, scope).trim();
    return { ok: true, mail: { subject, html, text } };
  } catch (error) {
    return readError(error);
  }
}

/** Whether a template can be parsed at all, for drafts; undefined when it can, else why not. */
export function findTemplateError(source: TemplateSource): string | undefined {
  try {
    textEngine.parse(source.subject);
    htmlEngine.parse(source.html);
    if (source.text !== undefined) textEngine.parse(source.text);
    return undefined;
  } catch (error) {
    return describe(error);
  }
}

/** The variables a template names, e.g. `lead.company`, sorted. Throws for a template that does not parse. */
export function templateVariables(source: TemplateSource): string[] {
  const names = [source.subject, source.html, source.text ?? ''].flatMap((text) =>
    textEngine.globalFullVariablesSync(textEngine.parse(text)),
  );
  return [...new Set(names)].sort();
}

/** The text part of an HTML mail: links in brackets behind their words, no pictures. */
export function htmlToText(html: string): string {
  return convert(html, {
    wordwrap: 78,
    selectors: [
      { selector: 'a', options: { hideLinkHrefIfSameAsText: true, ignoreHref: false } },
      { selector: 'img', format: 'skip' },
      ...['h1', 'h2', 'h3'].map((selector) => ({ selector, options: { uppercase: false } })),
    ],
    limits: { maxDepth: 60, maxInputLength: 1_000_000 },
  });
}

function render(engine: Liquid, source: string, scope: TemplateScope): string {
  return engine.renderSync(engine.parse(source), scope) as string;
}

function readError(error: unknown): RenderResult {
  const name = variableName(error);
  if (name !== undefined) return { ok: false, problem: 'missing_variable', name };
  return { ok: false, problem: 'template_error', detail: describe(error) };
}

function variableName(error: unknown): string | undefined {
  const original = (error as { originalError?: { name?: string; variableName?: string } }).originalError;
  return original?.name === 'InternalUndefinedVariableError' ? original.variableName : undefined;
}

const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, 300);
