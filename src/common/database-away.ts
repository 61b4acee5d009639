/** The server's own way to say "not now": shutting down or starting up, too many clients, out of disk or memory, too slow. */
const AWAY_STATES = new Set([
  ...['57P01', '57P02', '57P03', '57014', '25P03', '53000', '53100', '53200', '53300'],
  ...['08000', '08001', '08003', '08004', '08006'],
]);
/** Lost to another transaction: nothing was changed and the same request may succeed at once. */
const TRY_AGAIN_STATES = new Set(['40001', '40P01', '55P03']);
const SOCKET_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EHOSTUNREACH']);
const DRIVER_MESSAGES =
  /Connection terminated|timeout exceeded when trying to connect|Query read timeout|connection timeout|Client has encountered a connection error|not queryable|Driver not Connected|Connection ended|Cannot use a pool after calling end/i;

function* causes(error: unknown): Generator<{ code?: unknown; message?: unknown }> {
  let current: unknown = error;
  for (let depth = 0; depth < 5 && typeof current === 'object' && current !== null; depth += 1) {
    yield current;
    if ('errors' in current && Array.isArray(current.errors)) for (const inner of current.errors) yield inner;
    current = 'driverError' in current ? current.driverError : 'cause' in current ? current.cause : undefined;
  }
}

/** Whether Postgres was not there for this request (answered with 503 and Retry-After). */
export function isDatabaseAway(error: unknown): boolean {
  for (const { code, message } of causes(error)) {
    if (typeof code === 'string' && (AWAY_STATES.has(code) || SOCKET_CODES.has(code))) return true;
    if (typeof message === 'string' && DRIVER_MESSAGES.test(message)) return true;
  }
  return false;
}

/** Whether the transaction lost a race (deadlock, serialisation, lock time-out) and can simply be run again. */
export function isLostRace(error: unknown): boolean {
  for (const { code } of causes(error)) {
    if (typeof code === 'string' && TRY_AGAIN_STATES.has(code)) return true;
  }
  return false;
}
