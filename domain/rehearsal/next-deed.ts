import { delayMs, type ScriptEntry } from './rehearsal-script.schema.js';

/** What has happened in the sandbox that a script may follow; instants in epoch milliseconds on the lead's clock. */
export interface Happened {
  /** Of each step's touches the claim of the first that went out. */
  readonly touches: ReadonlyMap<string, number>;
  /** Offer of each handoff, by its number. */
  readonly handoffs: ReadonlyMap<number, number>;
  /** Beginning of each return from sales, oldest first. */
  readonly returns: readonly number[];
}

export interface DueDeed {
  readonly index: number;
  readonly at: number;
}

/**
 * The earliest entry that is not done yet and whose instant is known (semantics: answers are at an instant or relative
 * to a step's completion); of several at one instant the first in the script. `done` holds indexes.
 */
export function nextDeed(
  script: readonly ScriptEntry[],
  happened: Happened,
  done: ReadonlySet<number>,
): DueDeed | undefined {
  let next: DueDeed | undefined;
  for (const [index, entry] of script.entries()) {
    if (done.has(index)) continue;
    const at = instantOf(entry, happened);
    if (at !== undefined && (next === undefined || at < next.at)) next = { index, at };
  }
  return next;
}

function instantOf({ at, after }: ScriptEntry, happened: Happened): number | undefined {
  if (at !== undefined) return Date.parse(at);
  if (after === undefined) return undefined;
  const from = startOf(after, happened);
  return from === undefined ? undefined : from + delayMs(after);
}

function startOf(after: NonNullable<ScriptEntry['after']>, happened: Happened): number | undefined {
  if ('touch' in after) return happened.touches.get(after.touch);
  if ('handoff' in after) return happened.handoffs.get(after.handoff);
  return happened.returns[after.return - 1];
}
