import { PAGE_CSP, pageLayout } from '../common/pages/page-layout.js';
import type { HttpReply } from '../common/http.js';

const HTML = 'text/html; charset=utf-8';

/**
 * Answers a public link with a page: nothing keeps it, nothing learns the link from it, nothing indexes it, no script
 * runs in it (promises A1, A10).
 */
function sendPage(reply: HttpReply, status: number, html: string, csp: string = PAGE_CSP): void {
  protectLink(reply).status(status).header('content-security-policy', csp).type(HTML).send(html);
}

/** A page of one sentence. */
export function sendMessage(reply: HttpReply, status: number, title: string, bodyHtml: string): void {
  sendPage(reply, status, pageLayout(title, bodyHtml));
}

/** The headers every answer to a signed link carries. */
export function protectLink(reply: HttpReply): HttpReply {
  return reply
    .header('cache-control', 'no-store')
    .header('referrer-policy', 'no-referrer')
    .header('x-robots-tag', 'noindex, nofollow');
}
