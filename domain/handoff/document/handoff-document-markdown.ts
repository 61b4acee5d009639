import type { HandoffBlock, HandoffDocument } from './handoff-document.js';

/** The page as Markdown (CommonMark, with tables as GitHub reads them): to keep beside other agreements and compare over time. */
export function handoffDocumentMarkdown(page: HandoffDocument): string {
  const lines = [
    `# ${escape(page.title)}`,
    `${escape(page.organisation)}. ${escape(page.inForce)}.`,
    page.signatures.length === 0
      ? 'Not signed.'
      : page.signatures.map(({ side, name, at }) => `- For ${side}: **${escape(name)}**, ${escape(at)}`).join('\n'),
    ...page.sections.flatMap(({ heading, blocks }) => [`## ${escape(heading)}`, ...blocks.map(blockMarkdown)]),
    `*Made from ${escape(page.madeFrom.join('; '))}.*`,
  ];
  return `${lines.join('\n\n')}\n`;
}

function blockMarkdown(block: HandoffBlock): string {
  if (block.kind === 'text') return escape(block.text);
  if (block.kind === 'table') {
    const row = (cells: readonly string[]): string => `| ${cells.map(escape).join(' | ')} |`;
    return [row(block.head), `|${block.head.map(() => ' --- |').join('')}`, ...block.rows.map(row)].join('\n');
  }
  return block.items
    .map(({ name, text }, index) => {
      const mark = block.ordered ? `${index + 1}.` : '-';
      return `${mark} ${name === undefined ? '' : `**${escape(name)}:** `}${escape(text)}`;
    })
    .join('\n');
}

/** What people typed must not become a heading, a link or HTML. */
const escape = (text: string): string => text.replace(/[\\`*_[\]<>|#]/g, '\\$&').replace(/\s+/g, ' ');
