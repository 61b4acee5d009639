import { escapeHtml } from '../common/escape-html.js';
import type { NoticeText } from './notice-wording.js';

const font = 'font:15px/1.5 Inter,Helvetica,Arial,sans-serif;color:#1b1c20';

/** A notice as HTML; everything in it is escaped, since leads wrote much of it. */
export function noticeHtml(text: NoticeText, readerName: string): string {
  const paragraphs = text.paragraphs.map(
    (words, index) => `<p style="margin:0 0 12px${index === 0 ? ';font-weight:600' : ''}">${escapeHtml(words)}</p>`,
  );
  const rows = text.rows.map(
    ([label, value]) =>
      '<tr><td style="padding:4px 12px 4px 0;color:#696c76;vertical-align:top;white-space:nowrap">' +
      `${escapeHtml(label)}</td><td style="padding:4px 0">${escapeHtml(value)}</td></tr>`,
  );
  const buttons = text.buttons.map(({ text: words, url, primary }) => {
    const colours = primary ? 'background:#1b1c20;color:#ffffff' : 'background:#ffffff;color:#1b1c20';
    const box = 'display:inline-block;margin:0 8px 8px 0;padding:12px 18px;border:1px solid #8f929b;border-radius:6px';
    return `<a href="${escapeHtml(url)}" style="${box};${colours};text-decoration:none">${escapeHtml(words)}</a>`;
  });
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(text.subject)}</title></head>
<body style="margin:0;background:#fbfbfa"><div style="max-width:620px;margin:0 auto;padding:24px;background:#ffffff;${font}">
<p style="margin:0 0 12px">Hello ${escapeHtml(readerName)},</p>
${paragraphs.join('\n')}
${buttons.length === 0 ? '' : `<p style="margin:16px 0">${buttons.join('')}</p>`}
${rows.length === 0 ? '' : `<table style="border-collapse:collapse;${font}">${rows.join('\n')}</table>`}
${text.foot === null ? '' : `<p style="margin:16px 0 0;color:#696c76;font-size:12px">${escapeHtml(text.foot)}</p>`}
</div></body></html>
`;
}

/** The same as plain text. */
export function noticeText(text: NoticeText, readerName: string): string {
  const parts = [
    `Hello ${readerName},`,
    ...text.paragraphs,
    text.buttons.map(({ text: words, url }) => `${words}:\n${url}`).join('\n'),
    text.rows.map(([label, value]) => `${label}: ${value}`).join('\n'),
    text.foot ?? '',
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}
