import { randomBytes } from 'node:crypto';
import { type HttpReply, type HttpRequest } from '../common/http.js';
import { sha256 } from '../common/stable-json.js';

/** The pages that act on a pressed button, by the first part of their address. */
const COOKIES = { l: 'baton_offer', p: 'baton_prep' } as const;
type Page = keyof typeof COOKIES;
const LIFETIME_SECONDS = 86_400;
const shape = /^[A-Za-z0-9_-]{32}$/;

/**
 * A decision must come from the page this server showed to this browser: the form carries a digest of a secret that only
 * the cookie holds, and of the link, so that neither another site nor another link's form can answer (promise A1).
 */
export function showNonce(
  request: HttpRequest,
  reply: HttpReply,
  { page, token, secure }: { readonly page: Page; readonly token: string; readonly secure: boolean },
): string {
  const known = request.cookies?.[COOKIES[page]];
  // An open tab keeps working when the link is opened again.
  const secret = known !== undefined && shape.test(known) ? known : randomBytes(24).toString('base64url');
  const flags = `Path=/${page}/${token}; HttpOnly; SameSite=Strict; Max-Age=${LIFETIME_SECONDS}${secure ? '; Secure' : ''}`;
  reply.header('set-cookie', `${COOKIES[page]}=${secret}; ${flags}`);
  return digest(secret, token);
}

export function isNonce(request: HttpRequest, page: Page, token: string, nonce: unknown): boolean {
  const secret = request.cookies?.[COOKIES[page]];
  if (secret === undefined || !shape.test(secret) || typeof nonce !== 'string') return false;
  return nonce === digest(secret, token);
}

/**
 * Whether the browser says that its own page of ours sent this. Our pages hide their address, so `Origin` may be `null`;
 * then the nonce and the SameSite cookie have to do.
 */
export function isSameOrigin(request: HttpRequest): boolean {
  const { origin, host, 'sec-fetch-site': site } = request.headers;
  if (site !== undefined) return site === 'same-origin';
  if (origin === undefined || origin === 'null') return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}

const digest = (secret: string, token: string): string => sha256(`${secret}.${token}`);
