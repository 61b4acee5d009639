import { lookup } from 'node:dns/promises';
import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import { judgeAddress } from '../../../domain/webhook/judge-address.js';
import { judgeUrl, type UrlVerdict } from '../../../domain/webhook/judge-url.js';
import type { TryResult } from '../../../domain/webhook/judge-try.js';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';

/** Whole call: name, connection, sending and the complete answer. A body that drips does not hold it longer. */
const TOTAL_MS = 10_000;
/** What a receiver may answer; nobody reads it. */
const MAX_ANSWER_BYTES = 65_536;

interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

/** Every address of a name. */
export type ResolveHost = (hostname: string) => Promise<readonly ResolvedAddress[]>;

export const RESOLVE_HOST = Symbol('RESOLVE_HOST');

export const resolveBySystem: ResolveHost = (hostname) => lookup(hostname, { all: true, verbatim: true });

interface Outgoing {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The call is not made, or is given up; the message is a code. */
class EgressRefused extends Error {
  override readonly name = 'EgressRefused';
}

/**
 * The one way out to addresses that people configure (promise A6): https, a list of ports, every address of the name is
 * checked, and the connection goes to an address that was checked; redirects are not followed; time and size are capped.
 */
@Injectable()
export class EgressClient {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(RESOLVE_HOST) private readonly resolve: ResolveHost,
  ) {}

  /** Why a URL can't be a receiver, in a sentence; undefined when it can. Names are not resolved here, but at each call. */
  refusalOf(text: string): string | undefined {
    if (!URL.canParse(text)) return 'Write a complete address, such as https://crm.example/hooks';
    const url = new URL(text);
    const verdict = this.judge(url);
    if (verdict.refused !== undefined || verdict.own) return verdict.refused;
    const literal = literalOf(url);
    const why = literal === undefined ? undefined : judgeAddress(literal);
    return why === undefined ? undefined : `This address is not on the internet (${why})`;
  }

  /** Posts and answers what came of it; nothing is thrown, since every failure is a result like any other. */
  async post(outgoing: Outgoing): Promise<TryResult> {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(new EgressRefused('timed_out')), TOTAL_MS);
    try {
      return await this.send(outgoing, controller.signal);
    } catch (error) {
      return { error: codeOf(controller.signal.aborted ? controller.signal.reason : error) };
    } finally {
      clearTimeout(timer);
    }
  }

  private async send({ url: text, body, headers }: Outgoing, signal: AbortSignal): Promise<TryResult> {
    const url = new URL(text);
    const verdict = this.judge(url);
    if (verdict.refused !== undefined) throw new EgressRefused('url_refused');
    const addresses = await this.addressesOf(url, verdict, signal);
    const start = url.protocol === 'https:' ? requestHttps : requestHttp;
    const call = start(url, {
      method: 'POST',
      agent: false,
      signal,
      lookup: pinned(addresses),
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)), connection: 'close' },
    });
    return answerOf(call, body, signal);
  }

  private judge(url: URL): UrlVerdict {
    const { protocol, username, password, hostname, hash } = url;
    const parts = { protocol, username, password, hostname, hash, port: Number(url.port) };
    return judgeUrl(parts, this.config.webhooks.allowedHosts);
  }

  /** The addresses the connection may go to; refused when a single one of them is not on the internet. */
  private async addressesOf(url: URL, { own }: UrlVerdict, signal: AbortSignal): Promise<readonly ResolvedAddress[]> {
    const literal = literalOf(url);
    const found =
      literal === undefined
        ? await before(signal, this.resolve(url.hostname))
        : [{ address: literal, family: isIP(literal) }];
    if (found.length === 0) throw new EgressRefused('name_not_found');
    const refused = own
      ? undefined
      : found.map(({ address }) => judgeAddress(address)).find((why) => why !== undefined);
    if (refused !== undefined) throw new EgressRefused(`address_refused_${refused}`);
    return found;
  }
}

/** The IP address a URL names itself; undefined for a name. */
function literalOf({ hostname }: URL): string | undefined {
  const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  return isIP(bare) === 0 ? undefined : bare;
}

/** Answers what was checked, whatever the name would resolve to by now. */
function pinned(addresses: readonly ResolvedAddress[]): LookupFunction {
  return (_hostname, options, done) => {
    if (options.all === true) done(null, [...addresses]);
    else done(null, addresses[0]?.address ?? '', addresses[0]?.family ?? 0);
  };
}

/** A resolver can't be called off: who waits for it goes. */
async function before<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  return Promise.race([work, aborted]);
}

/** The status once the answer has ended, or has grown past the cap; an answer that does not end is none. */
function answerOf(call: ClientRequest, body: string, signal: AbortSignal): Promise<TryResult> {
  return new Promise((resolve, reject) => {
    const take = (answer: IncomingMessage): void => {
      const status = answer.statusCode ?? 0;
      const result: TryResult = { status, retryAfterMs: retryAfter(answer.headers['retry-after']) };
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= MAX_ANSWER_BYTES) return;
        resolve(result);
        call.destroy();
      });
      answer.on('end', () => resolve(result));
      answer.on('error', reject);
      answer.on('close', () => reject(new EgressRefused('answer_cut_off')));
    };
    call.on('response', take);
    // Without a listener the socket goes, and neither an answer nor an error is told.
    call.on('upgrade', (_answer, socket) => {
      socket.destroy();
      reject(new EgressRefused('answer_cut_off'));
    });
    call.on('error', reject);
    signal.addEventListener('abort', () => call.destroy(), { once: true });
    call.end(body);
  });
}

/** Milliseconds; a date is not worth a clock. */
function retryAfter(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,7}$/.test(header) ? Number(header) * 1_000 : undefined;
}

const CODES: Readonly<Record<string, string>> = {
  ENOTFOUND: 'name_not_found',
  EAI_AGAIN: 'name_not_found',
  ECONNREFUSED: 'connection_refused',
  ECONNRESET: 'connection_lost',
  EPIPE: 'connection_lost',
  ETIMEDOUT: 'timed_out',
};

/** A code: what an error says may quote the receiver. */
function codeOf(error: unknown): string {
  if (error instanceof EgressRefused) return error.message;
  const { code = '' } = error as { readonly code?: string };
  if (/CERT|TLS|SSL|SELF_SIGNED|VERIFY/.test(code)) return 'tls_refused';
  return CODES[code] ?? 'unreachable';
}
