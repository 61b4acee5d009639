import { conditionDependencies } from '../condition/condition-dependencies.js';
import type { CadenceDocument } from '../cadence/cadence.schema.js';
import type { DefinitionDocument } from '../qualification/definition.schema.js';
import { CONTACT_STOPS } from './contact-stops.js';
import type { Ask } from './lead-sync.js';
import { type BesideCadence, registeredConditions } from './registered-conditions.js';

/** Kinds that always reach the process, whatever it waits for; hand-raises are added by the score model. */
export const ALWAYS_RELEVANT: readonly string[] = ['email_reply', ...CONTACT_STOPS];

/** Which facts can change a verdict of the lead. A spurious match costs a workflow task, a missed one costs a lead. */
export interface LeadInterest {
  /** Any counted engagement matters: after a return the definition waits for one, without a cadence an entry may. */
  readonly any: boolean;
  readonly kinds: readonly string[];
  /** Scores at which some condition changes, upwards or downwards. */
  readonly thresholds: readonly number[];
  readonly profile: boolean;
}

/** What one ingest changed about a lead. Instants are epoch milliseconds; a crossing is one by time alone. */
export interface LeadChange {
  /** Kinds of the counted engagements, in any order; empty for a change of profile alone. */
  readonly kinds: readonly string[];
  readonly handRaised: boolean;
  readonly scoreBefore: number;
  readonly scoreAfter: number;
  readonly nextCrossingBefore?: number;
  readonly nextCrossingAfter?: number;
  readonly profileChanged: boolean;
}

/** Everything the asked verdicts depend on. */
export function interestOf(
  ask: Ask,
  definitions: readonly DefinitionDocument[],
  cadence: CadenceDocument | undefined,
  beside?: BesideCadence,
): LeadInterest {
  const registered = registeredConditions(ask, definitions, cadence, beside);
  const kinds = new Set(registered.kinds);
  const thresholds = new Set<number>();
  // Whether a cadence takes the lead hangs on its profile, and on whatever else the entries name.
  let profile = ask.profile === true || ask.entry !== undefined;
  for (const condition of registered.conditions) {
    const dependencies = conditionDependencies(condition);
    for (const kind of dependencies.kinds) kinds.add(kind);
    for (const threshold of dependencies.thresholds) thresholds.add(threshold);
    profile ||= dependencies.profile;
  }
  return {
    any: ask.entry !== undefined || (ask.qualify?.after !== undefined && ask.qualify.handRaiseOnly !== true),
    kinds: [...kinds].sort(),
    thresholds: [...thresholds].sort((a, b) => a - b),
    profile,
  };
}

/** Both at once: an older sync that runs late must not narrow what a newer one registered. */
export function uniteInterests(a: LeadInterest, b: LeadInterest): LeadInterest {
  return {
    any: a.any || b.any,
    kinds: [...new Set([...a.kinds, ...b.kinds])].sort(),
    thresholds: [...new Set([...a.thresholds, ...b.thresholds])].sort((x, y) => x - y),
    profile: a.profile || b.profile,
  };
}

/** True when the change can matter to the process: then, and only then, the lead is poked. */
export function matchesInterest(interest: LeadInterest, change: LeadChange): boolean {
  if (change.handRaised || (change.profileChanged && interest.profile)) return true;
  if (change.kinds.length > 0 && interest.any) return true;
  if (change.kinds.some((kind) => ALWAYS_RELEVANT.includes(kind) || interest.kinds.includes(kind))) return true;
  if (interest.thresholds.some((at) => change.scoreBefore >= at !== change.scoreAfter >= at)) return true;
  // The instant at which a threshold is crossed by time alone is part of the deadline.
  return interest.thresholds.length > 0 && change.nextCrossingBefore !== change.nextCrossingAfter;
}
