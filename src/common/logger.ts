import type { LoggerService } from '@nestjs/common';
import { type Logger, pino } from 'pino';

/** Addresses and quoted values: messages of the database and of libraries may repeat what a person typed. */
const ADDRESS = /[^\s"'<>(),;:=]+@[^\s"'<>(),;:=]+/g;
const QUOTED = /"[^"\n]{0,500}"|'[^'\n]{0,500}'/g;

/** A text with everything that could be a person's removed. */
const withoutPersonalData = (text: string): string => text.replace(ADDRESS, '[address]').replace(QUOTED, '"…"');

/** What may be logged of an error: its kind, code and frames; never query parameters or row details. */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: typeof error };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return {
    name: error.name,
    code,
    message: withoutPersonalData(error.message).slice(0, 500),
    stack: frames.slice(0, 20).join('\n'),
    cause: error.cause instanceof Error ? describeError(error.cause) : undefined,
  };
}

/** One JSON line per entry on standard output (promise A20: no personal data). */
export const createLogger = (level: string, name: string): Logger =>
  pino({ level, name, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime });

/** Nest's own lines through the same logger; start-up chatter only at debug. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }
  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }
  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }
  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }
  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }
  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  private write(level: 'trace' | 'debug' | 'warn' | 'error' | 'fatal', message: unknown, rest: unknown[]): void {
    const last = rest.at(-1);
    const context = typeof last === 'string' ? last : undefined;
    if (message instanceof Error) {
      this.logger[level]({ context, error: describeError(message) }, 'error');
      return;
    }
    this.logger[level](
      { context },
      withoutPersonalData(typeof message === 'string' ? message : JSON.stringify(message)),
    );
  }
}
