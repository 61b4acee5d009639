import type { PrepChecklist, PrepPolicy } from './prep-policy.schema.js';

/** The checklist of every handoff that no other is for. */
export const EVERYTHING_ELSE = 'default';

/**
 * Whether a checklist is written for this kind of hand-raise: `for` names it, or, without `for`, its key is the kind or how the
 * kind begins (`demo` is for `demo_request`).
 */
export function isForKind({ key, for: kinds }: Pick<PrepChecklist, 'key' | 'for'>, handRaiseKind: string): boolean {
  if (kinds !== undefined) return kinds.includes(handRaiseKind);
  const code = key.replaceAll('-', '_');
  return handRaiseKind === code || handRaiseKind.startsWith(`${code}_`);
}

/**
 * The checklist of a handoff. Its type is the kind of the hand-raise that led to it; the first that is written for that kind
 * counts, else the one called `default`; undefined where there is neither.
 */
export function chooseChecklist(policy: PrepPolicy, handRaiseKind: string | null): PrepChecklist | undefined {
  const own = handRaiseKind === null ? undefined : policy.find((checklist) => isForKind(checklist, handRaiseKind));
  return own ?? policy.find(({ key, for: kinds }) => key === EVERYTHING_ELSE && kinds === undefined);
}
