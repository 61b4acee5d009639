import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { createTransport, type NodemailerError, type PluginFunction } from 'nodemailer';
import { isAddrSpec } from '../../../domain/contactability/address.js';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { FinalDotGate } from './final-dot-gate.js';
import type { MailAnswer, MailMessage, MailStage } from './mail-message.js';

/** A touch has 30 s in all; the rest is for its two transactions. */
const TOTAL_TIMEOUT_MS = 25_000;

export interface MailTimeouts {
  readonly totalMs: number;
}

/** Sends one mail over a pool of SMTP connections and says what is known about it afterwards. */
@Injectable()
export class Mailer implements OnApplicationShutdown {
  private readonly transport: ReturnType<typeof pooledTransport>;
  private readonly gates = new Map<string, FinalDotGate>();

  constructor(@Inject(CONFIG) config: Pick<Config, 'mail'>) {
    this.transport = pooledTransport(config.mail);
    this.transport.use('stream', this.guardMessage);
  }

  /** Never throws for what a mail server or network does; takes at most `totalMs`. */
  async send(message: MailMessage, timeouts: MailTimeouts = { totalMs: TOTAL_TIMEOUT_MS }): Promise<MailAnswer> {
    const wrong = [message.from.address, message.to.address, message.envelopeFrom].find((text) => !isAddrSpec(text));
    if (wrong !== undefined) return refused('address', null, true, 'Not one plain mail address');
    const gate = new FinalDotGate();
    const abort = new AbortController();
    const timer = setTimeout(() => {
      gate.shut();
      abort.abort();
    }, timeouts.totalMs);
    this.gates.set(message.messageId, gate);
    try {
      const info = await this.transport.sendMail({ ...composed(message), signal: abort.signal });
      return { outcome: 'accepted', response: info.response };
    } catch (error) {
      return readFailure(error as NodemailerError, gate);
    } finally {
      clearTimeout(timer);
      this.gates.delete(message.messageId);
    }
  }

  onApplicationShutdown(): void {
    this.transport.close();
  }

  private readonly guardMessage: PluginFunction = (mail, done) => {
    const gate = this.gates.get(mail.data.messageId?.slice(1, -1) ?? '');
    if (gate !== undefined) mail.message.processFunc((input) => gate.guard(input));
    done();
  };
}

function pooledTransport({ smtpUrl, connections }: Config['mail']) {
  return createTransport({
    url: smtpUrl,
    pool: true,
    maxConnections: connections,
    maxMessages: 1000,
    // A pooled connection the server closed meanwhile is replaced; the gate makes a second sending impossible.
    maxRequeues: 2,
    connectionTimeout: 8_000,
    greetingTimeout: 8_000,
    dnsTimeout: 5_000,
    socketTimeout: 20_000,
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
  });
}

function composed(message: MailMessage) {
  const { unsubscribe } = message;
  return {
    messageId: `<${message.messageId}>`,
    from: { name: oneLine(message.from.name), address: message.from.address },
    to: { name: oneLine(message.to.name), address: message.to.address },
    envelope: { from: message.envelopeFrom, to: [message.to.address] },
    subject: oneLine(message.subject),
    text: message.text,
    html: message.html,
    headers: {
      ...message.headers,
      ...(unsubscribe === undefined ? {} : { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }),
    },
    // Nested, or two headers are written and receivers read only one of them (promises §3).
    ...(unsubscribe === undefined
      ? {}
      : { list: { unsubscribe: [[unsubscribe.url, `mailto:${unsubscribe.mailto}`]] } }),
    xMailer: false as const,
  };
}

/** Line breaks in a subject or name would start a header of their own. */
const oneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();

function readFailure(error: NodemailerError, gate: FinalDotGate): MailAnswer {
  const detail = `${error.code ?? error.name} ${error.response ?? ''}`.trim().slice(0, 300);
  const code = error.responseCode ?? null;
  // A complete reply in place of the 250 is an answer; a 421 or a lost connection may come after the message was kept.
  const answered = error.code === 'EMESSAGE' && code !== null && code >= 400 && code !== 421;
  if (gate.passed && !answered) return { outcome: 'unknown', detail };
  gate.shut();
  return refused(gate.passed ? 'dot' : stageOf(error), code, error.permanent === true, detail);
}

function refused(stage: MailStage, code: number | null, permanent: boolean, detail: string): MailAnswer {
  return { outcome: 'refused', stage, code, permanent, detail };
}

function stageOf(error: NodemailerError): MailStage {
  const command = error.command ?? '';
  if (error.code === 'EABORT') return 'timeout';
  if (command.startsWith('MAIL')) return 'mail';
  if (command.startsWith('RCPT')) return 'rcpt';
  if (command.startsWith('DATA')) return 'data';
  if (command.startsWith('AUTH')) return 'auth';
  if (/^(EHLO|HELO|STARTTLS)/.test(command)) return 'greeting';
  return 'connect';
}
