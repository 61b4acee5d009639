import { escapeHtml } from '../common/escape-html.js';
import type { RenderedTemplate } from './render-template.js';

export interface LayoutParts {
  readonly senderName: string;
  readonly postal: string;
  readonly unsubscribeUrl: string;
  /** BCP 47, of the template. */
  readonly language: string;
}

const footStyle =
  'max-width:560px;margin:0 auto;padding:16px 24px 32px;color:#696c76;font:12px/1.5 Inter,Helvetica,Arial,sans-serif';

/** What every mail to a lead carries: who sent it, from which postal address, and the way out (promises §3). */
export function layOutMail(mail: RenderedTemplate, parts: LayoutParts): RenderedTemplate {
  const sender = `${parts.senderName}, ${parts.postal}`;
  const foot =
    `<div style="${footStyle}">${escapeHtml(sender)}<br>` +
    `<a href="${escapeHtml(parts.unsubscribeUrl)}" style="color:#696c76">Unsubscribe</a></div>`;
  return {
    subject: mail.subject,
    html: withFoot(asDocument(mail, parts.language), foot),
    text: `${mail.text}\n\n-- \n${sender}\nUnsubscribe: ${parts.unsubscribeUrl}\n`,
  };
}

function asDocument(mail: RenderedTemplate, language: string): string {
  if (/<html[\s>]/i.test(mail.html)) return mail.html;
  return (
    `<!doctype html>\n<html lang="${escapeHtml(language)}"><head><meta charset="utf-8">` +
    `<meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(mail.subject)}</title></head>` +
    `<body>${mail.html}</body></html>`
  );
}

function withFoot(html: string, foot: string): string {
  const end = html.toLowerCase().lastIndexOf('</body>');
  return end < 0 ? `${html}${foot}` : `${html.slice(0, end)}${foot}${html.slice(end)}`;
}
