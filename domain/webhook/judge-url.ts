/** Ports of receivers on the internet. */
const PORTS: readonly number[] = [443, 8443];

/** The parts of a URL as the URL standard parses them; `port` 0 means the one of the protocol. */
export interface UrlParts {
  readonly protocol: string;
  readonly username: string;
  readonly password: string;
  /** Lower case, with brackets around an IPv6 address. */
  readonly hostname: string;
  readonly port: number;
  readonly hash: string;
}

export interface UrlVerdict {
  /** Of the operator's own receivers: plain HTTP, other ports and private addresses are meant. */
  readonly own: boolean;
  readonly port: number;
  /** Why nothing may be sent there: a sentence that names the fix. */
  readonly refused?: string;
}

/** Whether a webhook may be sent to a URL, before its name is resolved (promise A6). `allowed` holds `host:port`. */
export function judgeUrl(url: UrlParts, allowed: readonly string[]): UrlVerdict {
  const port = url.port === 0 ? (url.protocol === 'https:' ? 443 : 80) : url.port;
  const own = allowed.includes(`${url.hostname}:${port}`);
  const verdict = (refused?: string): UrlVerdict => ({ own, port, ...(refused === undefined ? {} : { refused }) });
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return verdict('Write an address that begins with https://');
  if (url.username !== '' || url.password !== '') {
    return verdict('Leave user and password out: receivers check the signature');
  }
  if (url.hash !== '') return verdict('Leave out what follows #: it is never sent');
  if (own) return verdict();
  if (url.protocol !== 'https:') {
    return verdict('Use https://, or have the operator add host:port to WEBHOOK_ALLOWED_HOSTS');
  }
  if (!PORTS.includes(port)) return verdict(`Use port ${PORTS.join(' or ')}`);
  return verdict();
}
