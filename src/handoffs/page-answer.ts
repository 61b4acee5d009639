import type { HttpReply } from '../common/http.js';
import { PAGE_CSP } from '../common/pages/page-layout.js';

/** The fields of a form that was sent. */
export function formOf(body: unknown): Readonly<Record<string, unknown>> {
  return typeof body === 'object' && body !== null ? { ...body } : {};
}

/** Kept by nobody, told to nobody, indexed by nobody; no script, no picture, no frame. */
export function answerPage(reply: HttpReply, status: number, html: string): void {
  reply
    .status(status)
    .header('cache-control', 'no-store')
    .header('referrer-policy', 'no-referrer')
    .header('x-robots-tag', 'noindex, nofollow')
    .header('content-security-policy', PAGE_CSP)
    .type('text/html; charset=utf-8')
    .send(html);
}
