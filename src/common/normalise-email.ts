import { domainToASCII } from 'node:url';
import { isAddrSpec } from '../../domain/contactability/address.js';

export type NormalisedEmail =
  | { readonly ok: true; readonly address: string }
  | { readonly ok: false; readonly why: string };

/** What `domainToASCII` would quietly turn into something else: percent escapes, ports, paths, white space. */
const suspicious = /[\s%:/\\?#[\]@<>^|]/;

/**
 * The identity an e-mail address stands for (product: Identity): trimmed, domain lower-cased and to ASCII, local part
 * kept. Refuses what is not exactly one plain address.
 */
export function normaliseEmail(text: string): NormalisedEmail {
  const trimmed = text.trim();
  const at = trimmed.indexOf('@');
  if (at < 1 || at !== trimmed.lastIndexOf('@')) return { ok: false, why: 'An address has exactly one @ in it' };
  const domain = trimmed.slice(at + 1);
  if (suspicious.test(domain)) return { ok: false, why: 'This is not the domain of a mail address' };
  const address = `${trimmed.slice(0, at)}@${domainToASCII(domain)}`;
  if (!isAddrSpec(address)) return { ok: false, why: 'This is not one plain mail address' };
  return { ok: true, address };
}
