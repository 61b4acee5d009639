import { Context } from '@temporalio/activity';

const EVERY_MS = 2_000;

/** Tells the server while `work` lasts that this process lives, so that a killed one is noticed after seconds. */
export async function withHeartbeats<T>(work: () => Promise<T>): Promise<T> {
  const context = Context.current();
  const timer = setInterval(() => context.heartbeat(), EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
