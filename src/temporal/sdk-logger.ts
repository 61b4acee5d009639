import type { Logger as SdkLogger, LogLevel } from '@temporalio/worker';
import type { Logger } from 'pino';

const LEVELS: Readonly<Record<LogLevel, 'trace' | 'debug' | 'warn' | 'error'>> = {
  TRACE: 'trace',
  DEBUG: 'debug',
  // What the SDK calls information is start-up chatter to operators.
  INFO: 'debug',
  WARN: 'warn',
  ERROR: 'error',
};

/** The SDK's own lines through the process's logger: one JSON line each. */
export function sdkLogger(logger: Logger): SdkLogger {
  const write = (level: LogLevel, message: string, meta: object = {}): void => {
    // Meta names workflows and queues; errors in it are the activities' own, which hold no personal data.
    logger[LEVELS[level]]({ sdk: meta }, message);
  };
  return {
    log: write,
    trace: (message, meta) => write('TRACE', message, meta),
    debug: (message, meta) => write('DEBUG', message, meta),
    info: (message, meta) => write('INFO', message, meta),
    warn: (message, meta) => write('WARN', message, meta),
    error: (message, meta) => write('ERROR', message, meta),
  };
}
