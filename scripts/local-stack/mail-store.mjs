import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import { readJson, writeFileAtomic } from './files.mjs';

/**
 * One caught message.
 *
 * @typedef {object} CaughtMessage
 * @property {string} id sorts in the order of arrival
 * @property {string} from address in the From header, else the envelope's
 * @property {string[]} to addresses in the To header, else the envelope's
 * @property {{ from: string, to: string[] }} envelope what SMTP was told
 * @property {string} subject
 * @property {Record<string, string | string[]>} headers by lower-case name; a list where a name stands several times
 * @property {string} text
 * @property {string} html empty when there is no such part
 * @property {string} receivedAt ISO instant of the final dot
 *
 * @typedef {object} MailStore
 * @property {(raw: Uint8Array, envelope: { from: string, to: string[] }) => Promise<CaughtMessage>} add on disk when it resolves
 * @property {(filter?: MessageFilter) => CaughtMessage[]} list oldest first
 * @property {(id: string) => CaughtMessage | undefined} find
 * @property {(filter?: MessageFilter) => number} remove how many went
 *
 * @typedef {object} MessageFilter
 * @property {string | undefined} [to] part of a recipient's address
 * @property {string | undefined} [subject] part of the subject
 */

/**
 * Keeps messages as one JSON file each, so that they survive a restart.
 *
 * @param {string} dir
 * @returns {MailStore}
 */
export function openMailStore(dir) {
  mkdirSync(dir, { recursive: true });
  /** @type {Map<string, CaughtMessage>} */
  const messages = new Map();
  for (const name of readdirSync(dir).sort()) {
    const message = name.endsWith('.json') ? readJson(join(dir, name)) : undefined;
    if (isMessage(message)) messages.set(message.id, message);
  }
  let lastMs = 0;
  let sameMs = 0;

  /** @param {number} nowMs */
  const nextId = (nowMs) => {
    sameMs = nowMs > lastMs ? 0 : sameMs + 1;
    lastMs = Math.max(lastMs, nowMs);
    return `${String(lastMs).padStart(14, '0')}-${String(sameMs).padStart(6, '0')}-${randomBytes(4).toString('hex')}`;
  };

  /** @param {MessageFilter} filter */
  const list = ({ to, subject } = {}) =>
    [...messages.values()].filter(
      (message) =>
        (to === undefined || [...message.to, ...message.envelope.to].some((address) => contains(address, to))) &&
        (subject === undefined || contains(message.subject, subject)),
    );

  return {
    add: async (raw, envelope) => {
      const nowMs = Date.now();
      const id = nextId(nowMs);
      const message = { id, ...(await parseMessage(raw, envelope)), receivedAt: new Date(nowMs).toISOString() };
      writeFileAtomic(join(dir, `${id}.json`), JSON.stringify(message));
      messages.set(id, message);
      return message;
    },
    list,
    find: (id) => messages.get(id),
    remove: (filter) => {
      const gone = list(filter);
      for (const { id } of gone) {
        messages.delete(id);
        rmSync(join(dir, `${id}.json`), { force: true });
      }
      return gone.length;
    },
  };
}

/**
 * @param {Uint8Array} raw
 * @param {{ from: string, to: string[] }} envelope
 * @returns {Promise<Omit<CaughtMessage, 'id' | 'receivedAt'>>}
 */
async function parseMessage(raw, envelope) {
  const mail = await PostalMime.parse(raw);
  const to = (mail.to ?? []).flatMap((entry) => (entry.group === undefined ? [entry] : entry.group));
  return {
    from: mail.from?.address ?? envelope.from,
    to: to.length > 0 ? to.map(({ address }) => address) : envelope.to,
    envelope,
    subject: mail.subject ?? '',
    headers: collectHeaders(mail.headers),
    text: mail.text ?? '',
    html: mail.html ?? '',
  };
}

/** @param {{ key: string, value: string }[]} headers */
function collectHeaders(headers) {
  /** @type {Map<string, string | string[]>} */
  const byName = new Map();
  for (const { key, value } of headers) {
    const before = byName.get(key);
    byName.set(key, before === undefined ? value : [before, value].flat());
  }
  return Object.fromEntries(byName);
}

/**
 * @param {string} text
 * @param {string} part
 */
function contains(text, part) {
  return text.toLowerCase().includes(part.toLowerCase());
}

/**
 * @param {unknown} value
 * @returns {value is CaughtMessage}
 */
function isMessage(value) {
  return typeof value === 'object' && value !== null && 'id' in value && 'envelope' in value && 'receivedAt' in value;
}
