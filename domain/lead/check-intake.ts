/** What the intake checks look at. Source: a lead's life, `raw`. */
export interface IntakeFacts {
  readonly email: string | null;
  readonly phone: string | null;
  /** Why the address may not be written to; undefined when it may. */
  readonly suppressedBy?: string | undefined;
  /** It asks for sales itself. */
  readonly handRaised: boolean;
}

/** Causes after which nobody may write to an address again, a person neither: its owner is to be forgotten. */
const CLOSED_FOR_GOOD: readonly string[] = ['erased'];

/** Whether a new lead can be worked with at all: who nobody can write to or call, and who does not ask, is no lead. */
export function checkIntake({ email, phone, suppressedBy = '', handRaised }: IntakeFacts): {
  ok: boolean;
  why: string;
} {
  const reachable = phone !== null || (email !== null && !CLOSED_FOR_GOOD.includes(suppressedBy));
  if (reachable) return { ok: true, why: 'reachable' };
  return handRaised ? { ok: true, why: 'asks_for_sales' } : { ok: false, why: 'no_way_to_reach' };
}
