import { seededRandom } from '../support/load.js';

/** Documents as people write them, as far as the stress uses them. */
export type StressCondition =
  | { readonly all: readonly StressCondition[] }
  | { readonly not: StressCondition }
  | {
      readonly field: string;
      readonly op: '>=' | '<' | '=' | 'exists';
      readonly value?: string | number;
      readonly within?: string;
    };

export interface StressOption {
  readonly engagement?: string;
  readonly where?: Readonly<Record<string, string | { readonly prefix: string }>>;
  readonly count?: number;
  readonly score?: number;
  readonly when?: StressCondition;
  readonly then: string;
}

export interface StressStep {
  readonly id: string;
  readonly next?: string;
  readonly email?: { readonly template: string };
  readonly wait?: string;
  readonly wait_for?: {
    readonly look: 'since_entry' | 'ever';
    readonly any: readonly StressOption[];
    readonly timeout: { readonly after: string; readonly then: string };
  };
  readonly branch?: {
    readonly cases: readonly { readonly when: StressCondition; readonly then: string }[];
    readonly otherwise: string;
  };
  readonly goto?: { readonly to: string; readonly max: number; readonly then: string };
  readonly exit?: string;
}

export type StressExit = 'unsubscribed' | 'replied' | { readonly when: StressCondition; readonly reason: string };

export interface StressCadence {
  readonly key: string;
  readonly exits: readonly StressExit[];
  readonly steps: readonly StressStep[];
}

/** One half-life for all that fades, so that a score is monotone between two facts. 1,000 points lose 0.8 a second. */
export const HALF_LIFE_DAYS = 0.01;

export interface StressScoreRule {
  readonly id: string;
  readonly kind: string;
  readonly prefix?: string;
  readonly points: number;
  readonly fades?: true;
}

export const SCORE_RULES: readonly StressScoreRule[] = [
  { id: 'download', kind: 'download', points: 5 },
  { id: 'pricing', kind: 'page_view', prefix: '/pricing', points: 8 },
  { id: 'careers', kind: 'page_view', prefix: '/careers', points: -10 },
  { id: 'webinar', kind: 'webinar_attended', points: 15 },
  { id: 'form', kind: 'form_submitted', points: 25 },
  // 1,048 − 1,000 × 0.5^t: sixty points fifteen seconds after both, by time alone.
  { id: 'started', kind: 'trial_started', points: 1_048 },
  { id: 'cancelled', kind: 'trial_cancelled', points: -1_000, fades: true },
  // 1,000 × 0.5^t − 975: below nothing half a minute after both, by time alone.
  { id: 'praised', kind: 'praised', points: 1_000, fades: true },
  { id: 'blamed', kind: 'blamed', points: -975 },
];

export const QUALIFIES_AT = 60;
export const HAND_RAISE = 'demo_request';
const CATCH_ALL = 'loop';

/** Every lead ends here unless something stops it: nothing happens any more. */
export const catchAll: StressCadence = {
  key: CATCH_ALL,
  exits: ['unsubscribed', 'replied'],
  steps: [{ id: 'rest', wait: 'P300D' }],
};

/** Picks with the given generator. */
export class Dice {
  constructor(private readonly random: () => number) {}

  static of(seed: number): Dice {
    return new Dice(seededRandom(seed));
  }

  next(): number {
    return this.random();
  }

  upTo(count: number): number {
    return Math.floor(this.random() * count);
  }

  between(from: number, to: number): number {
    return from + this.upTo(to - from + 1);
  }

  chance(share: number): boolean {
    return this.random() < share;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.upTo(from.length)] as T;
  }
}

const TEMPLATES = ['welcome', 'guide', 'story', 'reminder', 'last'] as const;
const BLOCKS = 3;

const visited: StressCondition = { field: 'engagement.event_visited', op: '>=', value: 1 };
/** True by time alone, so long after the last visit. */
const cooled = (within: string): StressCondition => ({
  all: [visited, { not: { field: 'engagement.event_visited', op: '>=', value: 1, within } }],
});

/** Chained waits, branches, a loop and exit guards: forward but for one way back. */
export function generateCadence(key: string, dice: Dice): StressCadence {
  const exits: StressExit[] = ['unsubscribed', 'replied'];
  if (dice.chance(0.5)) exits.push({ when: cooled('PT9S'), reason: 'cooled' });
  if (dice.chance(0.5)) exits.push({ when: { field: 'score', op: '<', value: -15 }, reason: 'cold' });
  const steps: StressStep[] = [];
  for (let block = 1; block <= BLOCKS; block += 1) steps.push(...blockOf(block, dice));
  steps.push({ id: 'again', goto: { to: 'm1', max: 1, then: 'leave' } });
  steps.push({ id: 'leave', exit: 'completed' });
  return { key, exits, steps };
}

function blockOf(block: number, dice: Dice): StressStep[] {
  const last = block === BLOCKS;
  const later = last ? ['again', 'leave'] : [`m${block + 1}`, `m${block + 1}`, `w${block + 1}`];
  const rests = dice.chance(0.6);
  const target = (): string => dice.pick([`v${block}`, `f${block}`, ...later]);
  const steps: StressStep[] = [{ id: `m${block}`, email: { template: dice.pick(TEMPLATES) } }];
  if (rests) {
    steps.push({ id: `p${block}`, wait: `PT${dice.between(1, 2)}S` });
    steps.push({ id: `n${block}`, email: { template: dice.pick(TEMPLATES) } });
  }
  steps.push(waitStep(`w${block}`, block, dice, { first: `v${block}`, target }));
  // Reached by an option or a time-out of the one before it: no touch lies between.
  const onward = (): string => dice.pick([`f${block}`, ...later]);
  steps.push(waitStep(`v${block}`, block, dice, { first: `f${block}`, target: onward }));
  steps.push({
    id: `f${block}`,
    branch: {
      cases: [
        { when: { field: 'score', op: '>=', value: dice.between(10, 30) }, then: dice.pick(later) },
        { when: { field: 'engagement.download', op: '>=', value: 1, within: 'PT5S' }, then: dice.pick(later) },
      ],
      otherwise: later[0] ?? 'leave',
    },
  });
  return steps;
}

/** `first`: where its first option leads, so that every step can be reached. */
function waitStep(
  id: string,
  block: number,
  dice: Dice,
  { first, target }: { readonly first: string; readonly target: () => string },
): StressStep {
  const pool: ((to: string) => StressOption)[] = [
    (to) => ({ engagement: 'download', then: to }),
    (to) => ({ engagement: 'page_view', where: { path: { prefix: '/pricing' } }, count: 2, then: to }),
    (to) => ({ engagement: 'email_click', where: { touch: `m${block}` }, then: to }),
    (to) => ({ score: dice.between(15, 45), then: to }),
    (to) => ({ when: { field: 'engagement.webinar_attended', op: '>=', value: 1, within: 'PT4S' }, then: to }),
    (to) => ({ when: cooled('PT3S'), then: to }),
    (to) => ({
      when: {
        all: [
          { field: 'engagement.praised', op: '>=', value: 1 },
          { field: 'score', op: '<', value: 20 },
        ],
      },
      then: to,
    }),
  ];
  const any = Array.from({ length: dice.between(1, 3) }, (_, index) => dice.pick(pool)(index === 0 ? first : target()));
  const look = dice.chance(0.5) ? 'since_entry' : 'ever';
  const timeout = { after: `PT${dice.between(1, 3)}S`, then: target() };
  return { id, wait_for: { look, any, timeout } };
}

/** The score model as the API takes it. */
export const scoreModelBody = (): Record<string, unknown> => ({
  fit: {
    rules: [{ id: 'large', when: { field: 'profile.employees', op: '>=', value: 100 }, points: 80 }],
    grades: { A: 70, B: 50, C: 30, D: 0 },
  },
  engagement: {
    rules: SCORE_RULES.map(({ id, kind, prefix, points, fades }) => ({
      ...{ id, kind, points },
      ...(prefix === undefined ? {} : { where: { path: { prefix } } }),
      ...(fades ? { halfLifeDays: HALF_LIFE_DAYS } : {}),
    })),
  },
  handRaises: [HAND_RAISE],
});

export const definitionBody = (): Record<string, unknown> => ({
  rank: 10,
  mandatory: ['email'],
  rules: [
    { id: 'hand-raise', when: { field: 'hand_raise', op: 'exists' } },
    { id: 'engaged', when: { field: 'score', op: '>=', value: QUALIFIES_AT } },
  ],
  effectiveFrom: '2020-01-01T00:00',
});

export const cadenceBody = ({ key, exits, steps }: StressCadence): Record<string, unknown> => ({
  ...{ name: key, window: 'any', exits, steps },
  ...(key === CATCH_ALL ? { priority: 1 } : { priority: 20, entry: { field: 'source', op: '=', value: key } }),
});
