import { createHmac, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Config, SigningKey } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';

/** What a link is for. A token made for one route never opens another: both words stand inside the MAC (promise A8). */
export const LINKS = {
  click: { purpose: 'touch', action: 'click' },
  unsubscribe: { purpose: 'touch', action: 'unsubscribe' },
  prep: { purpose: 'handoff', action: 'prep' },
  decide: { purpose: 'handoff', action: 'decide' },
  bounce: { purpose: 'touch', action: 'bounce' },
} as const;

export type LinkKind = keyof typeof LINKS;

export type VerifiedLink =
  | { readonly ok: true; readonly subject: readonly string[]; readonly expiresAt: number }
  | { readonly ok: false; readonly why: 'invalid' | 'expired' };

const MAC_BYTES = 16;
const MAX_TOKEN = 300;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Signs the links that stand in mails: `keyId.expiry.subject.mac`, all base64url or base36. The subject is one or more
 * UUIDs. The first configured key signs, every configured key verifies, so keys can be rotated.
 */
@Injectable()
export class LinkSigner {
  private readonly keys: readonly SigningKey[];

  constructor(@Inject(CONFIG) config: Pick<Config, 'signing'>) {
    this.keys = config.signing.keys;
  }

  /** `expiresAt` in epoch ms, kept to the second. */
  sign(kind: LinkKind, subject: readonly string[], expiresAt: number): string {
    const [key] = this.keys;
    if (key === undefined) throw new Error('No signing key is configured');
    const head = `${key.id}.${Math.floor(expiresAt / 1000).toString(36)}.${packUuids(subject)}`;
    return `${head}.${mac(key, kind, head).toString('base64url')}`;
  }

  /** Tells a forged token from an expired one: only what we signed may say that it is too old. */
  verify(kind: LinkKind, token: string, now: number): VerifiedLink {
    const parts = token.length > MAX_TOKEN ? [] : token.split('.');
    const [keyId, expiry, packed, signature] = parts;
    const key = this.keys.find((candidate) => candidate.id === keyId);
    if (parts.length !== 4 || key === undefined || !expiry || !packed || !signature)
      return { ok: false, why: 'invalid' };
    const given = Buffer.from(signature, 'base64url');
    const expected = mac(key, kind, `${keyId}.${expiry}.${packed}`);
    // Comparing the text as well refuses a second spelling of the same signature.
    const genuine =
      given.length === expected.length && timingSafeEqual(given, expected) && given.toString('base64url') === signature;
    const subject = genuine ? unpackUuids(packed) : undefined;
    if (subject === undefined) return { ok: false, why: 'invalid' };
    const expiresAt = Number.parseInt(expiry, 36) * 1000;
    return now < expiresAt ? { ok: true, subject, expiresAt } : { ok: false, why: 'expired' };
  }

  /** Local part of a signed envelope sender: letters that survive servers which fold case (promise A18). */
  bounceLocalPart(touchId: string): string {
    const [key] = this.keys;
    if (key === undefined) throw new Error('No signing key is configured');
    const id = touchId.replaceAll('-', '');
    return `b-${id}-${mac(key, 'bounce', id).toString('hex').slice(0, 16)}`;
  }
}

function mac(key: SigningKey, kind: LinkKind, head: string): Buffer {
  const { purpose, action } = LINKS[kind];
  return createHmac('sha256', key.secret)
    .update(`baton-link\n${purpose}\n${action}\n${head}`)
    .digest()
    .subarray(0, MAC_BYTES);
}

function packUuids(ids: readonly string[]): string {
  for (const id of ids) if (!uuid.test(id)) throw new Error('The subject of a link is one or more UUIDs');
  return Buffer.from(ids.join('').replaceAll('-', ''), 'hex').toString('base64url');
}

function unpackUuids(packed: string): string[] | undefined {
  const bytes = Buffer.from(packed, 'base64url');
  if (bytes.length === 0 || bytes.length % 16 !== 0) return undefined;
  return Array.from({ length: bytes.length / 16 }, (_, index) =>
    bytes
      .subarray(index * 16, index * 16 + 16)
      .toString('hex')
      .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
  );
}
