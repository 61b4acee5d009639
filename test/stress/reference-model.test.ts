// The model is the judge of the stress, so it is judged first: by hand-computed walks, and by records that are wrong.
import { describe, expect, it } from '@jest/globals';
import { checkLead, type LeadEvidence, type Look, type RecordRow } from './check-lead.js';
import { catchAll, type StressCadence } from './documents.js';
import { generateScenario } from './scenario.js';
import { firstHolds, scoreAt, type StressFact } from './stress-conditions.js';

const T = 1_800_000_000_000;

const cadence: StressCadence = {
  key: 'walk',
  exits: ['unsubscribed', 'replied'],
  steps: [
    { id: 'hello', email: { template: 'welcome' } },
    {
      id: 'first',
      wait_for: {
        look: 'since_entry',
        // biome-ignore lint/suspicious/noThenProperty: the document's own word
        any: [{ engagement: 'download', then: 'second' }],
        // biome-ignore lint/suspicious/noThenProperty: the document's own word
        timeout: { after: 'PT4S', then: 'leave' },
      },
    },
    {
      id: 'second',
      wait_for: {
        look: 'ever',
        // biome-ignore lint/suspicious/noThenProperty: the document's own word
        any: [{ engagement: 'page_view', where: { path: { prefix: '/pricing' } }, count: 2, then: 'leave' }],
        // biome-ignore lint/suspicious/noThenProperty: the document's own word
        timeout: { after: 'PT4S', then: 'leave' },
      },
    },
    { id: 'leave', exit: 'completed' },
  ],
};

const fact = (seq: number, at: number, kind: string, path = ''): StressFact => ({
  ...{ seq, at: T + at, kind },
  properties: { path },
});
const sync = (rev: number, at: number, seq = 0): Look => ({ kind: 'sync', rev, seq, at: T + at });
const claim = (at: number, seq = 0): Look => ({ kind: 'claim', rev: 3, seq, at: T + at, step: 'hello', visit: 1 });
const row = (rev: number, kind: string, at: number, data: RecordRow['data']): RecordRow => ({
  ...{ rev, kind, at: T + at, data },
});
const step = (rev: number, at: number, id: string): RecordRow => row(rev, 'step', at, { step: id, visit: 1 });
const ended = (rev: number, at: number, reason: string): RecordRow => row(rev, 'enrollment_ended', at, { reason });

/** Enrolled in the second look, written to at 150, so the first wait ends at 4,150. */
const begin: readonly RecordRow[] = [
  row(2, 'state', 0, { from: 'raw', to: 'nurturing' }),
  row(3, 'enrolled', 20, { cadence: 'walk' }),
  step(3, 20, 'hello'),
  step(4, 150, 'first'),
];
const beginLooks: readonly Look[] = [sync(1, 0), sync(2, 20), sync(3, 40), claim(150), sync(4, 200)];
const rest = (rev: number, at: number): RecordRow[] => [
  row(rev, 'enrolled', at, { cadence: 'loop' }),
  row(rev, 'step', at, { step: 'rest', visit: 1 }),
];

function evidence(over: Partial<LeadEvidence> & Pick<LeadEvidence, 'facts' | 'looks' | 'records'>): LeadEvidence {
  return { source: 'walk', since: T, skipped: [], state: 'nurturing', endedAt: T + 20_000, ...over };
}
const check = (over: Parameters<typeof evidence>[0]): string[] => checkLead(evidence(over), [cadence, catchAll]);

const clicked = [
  fact(1, 100, 'page_view', '/pricing'),
  fact(2, 2_000, 'download'),
  fact(3, 3_000, 'page_view', '/pricing/b'),
];
/** The download wins at its own instant, the two page views at that of the second. */
const won: readonly RecordRow[] = [
  ...begin,
  row(6, 'waited', 2_000, { step: 'first', visit: 1, winner: 0, seq: 2 }),
  step(6, 2_000, 'second'),
  row(7, 'waited', 3_000, { step: 'second', visit: 1, winner: 0, seq: 3 }),
  ended(7, 3_000, 'completed'),
  ...rest(8, 3_200),
];
const wonLooks = [...beginLooks, sync(5, 3_050, 3), sync(6, 3_100, 3), sync(7, 3_200, 3), sync(8, 3_300, 3)];

describe('the reference model', () => {
  it('walks through chained waits by the instants of the facts', () => {
    expect(check({ facts: clicked, looks: wonLooks, records: won })).toEqual([]);
  });

  it('lets a late fact change no branch', () => {
    // It was stored after the look at which the time-out of 4,150 was found.
    const late = [fact(1, 2_000, 'download')];
    const records = [
      ...begin,
      row(6, 'waited', 4_150, { step: 'first', visit: 1, winner: 'timeout' }),
      ended(6, 4_150, 'completed'),
      ...rest(7, 4_300),
    ];
    const looks = [...beginLooks, sync(5, 4_200), sync(6, 4_300, 1), sync(7, 4_400, 1)];
    expect(check({ facts: late, looks, records })).toEqual([]);
    const known = [...beginLooks, sync(5, 4_200, 1), sync(6, 4_300, 1), sync(7, 4_400, 1)];
    expect(check({ facts: late, looks: known, records })).toEqual([
      expect.stringContaining('waited first 1: 0 by 1 at'),
    ]);
  });

  it.each<[string, Partial<LeadEvidence>, string]>([
    ['a time-out nobody looked at', { looks: beginLooks, facts: [], records: begin }, 'asleep: timeout'],
    [
      'a fact nobody looked at',
      { looks: beginLooks, facts: [fact(1, 500, 'demo_request')], records: begin },
      'asleep:',
    ],
    ['another winner', { facts: clicked.map((one) => ({ ...one, kind: 'email_open' })) }, 'is unexpected'],
    ['another state', { state: 'offered' }, 'is offered, the model says nurturing'],
    [
      'a touch against what is stored',
      {
        looks: beginLooks.map((look) => (look.kind === 'claim' ? claim(150, 1) : look)),
        facts: [fact(1, 90, 'email_reply')],
      },
      'although guard replied',
    ],
    ['a touch of a step the lead is not on', { looks: [sync(1, 0), claim(10)], records: [] }, 'touch hello 1 claimed'],
  ])('finds %s', (_, wrong, words) => {
    const found = check({ facts: clicked, looks: wonLooks, records: won, ...wrong });
    expect(found).toEqual([expect.stringContaining(words)]);
  });

  it('allows a touch that is due to be tried before a fact that lies ahead of the look', () => {
    // The look of 40 waited for the lock until the fact of 90 was stored.
    const facts = [fact(1, 90, 'unsubscribed')];
    const looks = [sync(1, 0), sync(2, 20), sync(3, 40, 1), sync(4, 100, 1), sync(5, 120, 1), sync(6, 140, 1)];
    const enrolled = begin.slice(0, 3);
    expect(check({ facts, looks, records: [...enrolled, ended(4, 90, 'unsubscribed')] })).toEqual([]);
    expect(check({ facts, looks, records: [...enrolled, ended(5, 90, 'unsubscribed')] })).toEqual([]);
    const late = check({ facts, looks, records: [...enrolled, ended(6, 90, 'unsubscribed')] });
    expect(late).toEqual([expect.stringContaining('rev 5: ended unsubscribed')]);
  });

  it('lets no cadence take an address that the look before knew to be closed', () => {
    const facts = [fact(1, 90, 'unsubscribed')];
    const looks = [sync(1, 0, 1), sync(2, 20, 1), sync(3, 100, 1), sync(4, 120, 1)];
    expect(check({ facts, looks, records: begin.slice(0, 1) })).toEqual([]);
    expect(check({ facts, looks, records: begin.slice(0, 3) })).toEqual([expect.stringContaining('is unexpected')]);
  });

  it('lets a later try of a look stand for the one before it', () => {
    const tried = [...beginLooks, sync(5, 3_020, 1), sync(6, 3_030, 1), ...wonLooks.slice(beginLooks.length)];
    expect(check({ facts: clicked, looks: tried, records: won })).toEqual([]);
  });
});

describe('the conditions of the model', () => {
  it('find the millisecond at which fading points reach a threshold', () => {
    const facts = [fact(1, 0, 'trial_started'), fact(2, 0, 'trial_cancelled')];
    expect(scoreAt(facts, T)).toBe(48);
    // 1,048 − 1,000 × 0.5^(t / 864 s) = 60: t = 864,000 × log2(1,000 / 988) = 15,048.5 ms.
    const reaches = { field: 'score', op: '>=', value: 60 } as const;
    expect(firstHolds(reaches, facts, T, T + 60_000)).toBe(T + Math.ceil(864_000 * Math.log2(1_000 / 988)));
    expect(firstHolds(reaches, facts, T, T + 15_000)).toBeUndefined();
  });

  it('count an engagement up to the end of its span, exclusive', () => {
    const visited = { field: 'engagement.event_visited', op: '>=', value: 1, within: 'PT3S' } as const;
    const gone = { not: visited };
    const facts = [fact(1, 0, 'event_visited')];
    expect(firstHolds(gone, facts, T, T + 10_000)).toBe(T + 3_000);
  });
});

describe('the scenario', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(generateScenario(5, 20, 4)).toEqual(generateScenario(5, 20, 4));
    expect(generateScenario(5, 20, 4)).not.toEqual(generateScenario(6, 20, 4));
  });
});
