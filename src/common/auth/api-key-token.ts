import { randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { sha256 } from '../stable-json.js';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';
const PREFIX_LENGTH = 10;
const TOKEN = /^bt_([a-z0-9]{10})_([A-Za-z0-9_-]{43})$/;

/** A new key: the token is shown once; only prefix and hash are stored. */
export interface MintedKey {
  readonly token: string;
  readonly prefix: string;
  readonly secretHash: string;
}

/** `bt_<prefix>_<secret>`: a random name to find it by and 256 random bits (promise A5). */
export function mintApiKey(): MintedKey {
  const prefix = Array.from({ length: PREFIX_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  const secret = randomBytes(32).toString('base64url');
  return { token: `bt_${prefix}_${secret}`, prefix, secretHash: sha256(secret) };
}

/** The two parts of a token, or undefined when it is none of ours. */
export function parseApiKey(token: string): { prefix: string; secretHash: string } | undefined {
  const [, prefix, secret] = TOKEN.exec(token) ?? [];
  return prefix === undefined || secret === undefined ? undefined : { prefix, secretHash: sha256(secret) };
}

/** Compares two SHA-256 in hex in constant time. */
export const sameHash = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
