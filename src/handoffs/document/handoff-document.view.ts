import { handoffDocumentMarkdown } from '../../../domain/handoff/document/handoff-document-markdown.js';
import type { HandoffBlock, HandoffDocument } from '../../../domain/handoff/document/handoff-document.js';
import { escapeHtml } from '../../common/escape-html.js';
import { pageLayout } from '../../common/pages/page-layout.js';

export const HANDOFF_DOCUMENT_FORMATS = ['json', 'html', 'markdown'] as const;
export type HandoffDocumentFormat = (typeof HANDOFF_DOCUMENT_FORMATS)[number];

const TYPES: Readonly<Record<HandoffDocumentFormat, string>> = {
  json: 'application/json; charset=utf-8',
  html: 'text/html; charset=utf-8',
  markdown: 'text/markdown; charset=utf-8',
};

export function renderHandoffDocument(page: HandoffDocument, format: HandoffDocumentFormat) {
  const type = TYPES[format];
  if (format === 'markdown') return { type, text: handoffDocumentMarkdown(page) };
  return { type, text: format === 'html' ? handoffDocumentPage(page) : JSON.stringify(page) };
}

const STYLE = `<style>
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); }
dl.signed { display: grid; grid-template-columns: repeat(auto-fit, minmax(14rem, 1fr)); gap: .75rem; margin: 1rem 0; }
dl.signed div { border: 1px solid var(--line); border-radius: .5rem; padding: .6rem .9rem; }
dl.signed dt { color: var(--soft); font-size: .9rem; } dl.signed dd { margin: 0; font-weight: 600; } dl.signed small { font-weight: 400; display: block; }
footer { color: var(--soft); font-size: .85rem; margin-top: 2rem; }
@media print { body { font-size: 10.5pt; padding: 0; max-width: none; } h2 { margin-top: 1rem; } section { break-inside: avoid; } }
</style>`;

/** The page for people and for the printer. */
export function handoffDocumentPage(page: HandoffDocument): string {
  const signed = page.signatures.map(
    ({ side, name, at }) =>
      `<div><dt>For ${side}</dt><dd>${escapeHtml(name)}<small>${escapeHtml(at)}</small></dd></div>`,
  );
  const sections = page.sections.map(
    ({ heading, blocks }) => `<section><h2>${escapeHtml(heading)}</h2>\n${blocks.map(blockHtml).join('\n')}</section>`,
  );
  return pageLayout(
    `${page.title}: ${page.organisation}`,
    `${STYLE}<h1>${escapeHtml(page.title)}</h1>
<p class="lead">${escapeHtml(page.organisation)}. ${escapeHtml(page.inForce)}.</p>
${signed.length === 0 ? '<p>Not signed.</p>' : `<dl class="signed">${signed.join('')}</dl>`}
${sections.join('\n')}
<footer>Made from ${escapeHtml(page.madeFrom.join('; '))}.</footer>`,
  );
}

function blockHtml(block: HandoffBlock): string {
  if (block.kind === 'text') return `<p>${escapeHtml(block.text)}</p>`;
  if (block.kind === 'table') {
    const cells = (tag: string, row: readonly string[]): string =>
      `<tr>${row.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join('')}</tr>`;
    const rows = block.rows.map((row) => cells('td', row)).join('');
    return `<table><thead>${cells('th', block.head)}</thead><tbody>${rows}</tbody></table>`;
  }
  const items = block.items.map(
    ({ name, text }) => `<li>${name === undefined ? '' : `<b>${escapeHtml(name)}:</b> `}${escapeHtml(text)}</li>`,
  );
  const tag = block.ordered ? 'ol' : 'ul';
  return `<${tag}>${items.join('')}</${tag}>`;
}
