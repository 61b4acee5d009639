import { Dice, generateCadence, HAND_RAISE, type StressCadence } from './documents.js';

/** What a client sends about a lead. */
export interface PlannedFact {
  /** After the lead's beginning, milliseconds. */
  readonly afterMs: number;
  readonly kind: string;
  readonly properties: Readonly<Record<string, string>>;
  /** How long before it is sent it happened. */
  readonly lateMs: number;
  /** How often it is sent. */
  readonly copies: number;
  /** By address instead of id: it may come before the lead is known. */
  readonly byEmail: boolean;
}

export interface PlannedLead {
  readonly no: number;
  /** After the run's beginning, milliseconds. */
  readonly beginsMs: number;
  readonly cadence: string;
  readonly facts: readonly PlannedFact[];
  /** Whoever decides an offer; two race. */
  readonly decisions: readonly { readonly kind: 'accept' | 'reject'; readonly afterMs: number }[];
  /** Continues as new after few events. */
  readonly shortRuns: boolean;
}

export interface Scenario {
  readonly seed: number;
  readonly cadences: readonly StressCadence[];
  readonly leads: readonly PlannedLead[];
}

const CADENCES = 5;
/** A lead begins on average every so often: what two cores can carry with everything else on them. */
const LEAD_EVERY_MS = 400;
/** What it takes until a process is back that was killed; the leads of the last one still have to live. */
const FAULT_EVERY_MS = 10_000;
const FACTS_WITHIN_MS = 14_000;

/** The same for the same seed and counts; `faults` are to come while leads begin. */
export function generateScenario(seed: number, count: number, faults: number): Scenario {
  const dice = Dice.of(seed);
  const spanMs = Math.max(count * LEAD_EVERY_MS, (faults - 2) * FAULT_EVERY_MS);
  const cadences = Array.from({ length: CADENCES }, (_, index) => generateCadence(`stress-${index}`, dice));
  const leads = Array.from({ length: count }, (_, no) => generateLead(no, spanMs, cadences, dice));
  return { seed, cadences, leads };
}

function generateLead(no: number, spanMs: number, cadences: readonly StressCadence[], dice: Dice): PlannedLead {
  const facts = Array.from({ length: dice.between(5, 12) }, () => generateFact(dice));
  if (dice.chance(0.2)) facts.push(...together(dice, 'trial_started', 'trial_cancelled'));
  if (dice.chance(0.2)) facts.push(...together(dice, 'praised', 'blamed'));
  if (dice.chance(0.2)) facts.push(factOf(dice, HAND_RAISE));
  if (dice.chance(0.1)) facts.push(factOf(dice, 'email_reply'));
  if (dice.chance(0.1)) facts.push(factOf(dice, 'unsubscribed'));
  // Two at the very instant at which the first wait is registered.
  if (dice.chance(0.3)) facts.push({ ...factOf(dice, 'download'), afterMs: dice.upTo(300), byEmail: true, lateMs: 0 });
  const racing = dice.chance(0.4);
  const first = dice.chance(0.6) ? ('accept' as const) : ('reject' as const);
  const afterMs = dice.upTo(1_500);
  const second = { kind: first === 'accept' ? ('reject' as const) : ('accept' as const), afterMs };
  return {
    no,
    beginsMs: dice.upTo(spanMs),
    cadence: dice.pick(cadences).key,
    facts,
    decisions: [{ kind: first, afterMs }, ...(racing ? [second] : [])],
    shortRuns: dice.chance(0.3),
  };
}

const KINDS: readonly (readonly [kind: string, properties: Readonly<Record<string, string>>])[] = [
  ['download', {}],
  ['page_view', { path: '/pricing/list' }],
  ['page_view', { path: '/pricing' }],
  ['page_view', { path: '/careers/engineer' }],
  ['page_view', { path: '/blog' }],
  ['email_open', {}],
  ['email_click', { touch: 'm1' }],
  ['email_click', { touch: 'm2' }],
  ['email_click', { touch: 'm3' }],
  ['webinar_attended', {}],
  ['event_visited', {}],
  ['form_submitted', {}],
];

function generateFact(dice: Dice): PlannedFact {
  const [kind, properties] = dice.pick(KINDS);
  return { ...factOf(dice, kind), properties };
}

function factOf(dice: Dice, kind: string): PlannedFact {
  return {
    afterMs: dice.upTo(FACTS_WITHIN_MS),
    kind,
    properties: {},
    lateMs: dice.chance(0.35) ? dice.upTo(3_000) : 0,
    copies: dice.chance(0.2) ? dice.between(2, 3) : 1,
    byEmail: dice.chance(0.3),
  };
}

/** Both at once, in either order. */
function together(dice: Dice, one: string, other: string): PlannedFact[] {
  const first = { ...factOf(dice, one), lateMs: 0 };
  return [first, { ...first, kind: other, copies: 1, afterMs: first.afterMs + dice.upTo(300) }];
}
