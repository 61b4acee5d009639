// What ends a `wait_for` on the real server: several awaited things in one second, before the step, after the time-out, and
// while no worker is there. Exactly one winner each, the documented one; random orders agree with a reference model.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { endOfWait, type ReferenceEnd, type ReferenceWait } from '../../domain/lead/wait-for-reference.js';
import { LeadsService } from '../../src/leads/leads.service.js';
import { uniqueWord } from '../support/lead-steps.js';
import { publishDocument } from '../support/publish-document.js';
import { waitFor } from '../support/stack.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** A Monday; the touch before the wait goes out an hour later. */
const START = Date.parse('2026-06-01T08:00:00Z');
const SENT = START + HOUR;
const KINDS = ['event_visited', 'webinar_registered', 'download'] as const;
/** Of the workspace's score model. */
const POINTS = { event_visited: 0, webinar_registered: 0, download: 5, webinar_attended: 15 };

let baton: TestBaton;
beforeAll(async () => {
  baton = await startTestBaton();
  const awaiting = (['since_entry', 'ever'] as const).flatMap((look) => {
    const any = KINDS.map((engagement) => ({ engagement, then: leave(engagement) }));
    return [
      publish(look, [{ id: 'settle', wait: 'PT1H' }], { look, any }, 'PT72H', KINDS),
      publish(`${look}_soon`, [], { look, any }, 'PT10S', KINDS),
    ];
  });
  const any = [
    { score: 20, then: 'end-score' },
    { engagement: 'download', count: 2, then: 'end-download' },
    { engagement: 'event_visited', then: 'end-event-visited' },
  ];
  const exits = ['score', 'download', 'event_visited'];
  await Promise.all([...awaiting, publish('chance', [], { look: 'since_entry', any }, 'PT72H', exits)]);
});
afterAll(() => baton.stop());

const leave = (kind: string): string => `end-${kind.replaceAll('_', '-')}`;
const sourceOf = (name: string): string => `awaits_${name}`;

async function publish(
  name: string,
  before: readonly object[],
  wait: object,
  after: string,
  exits: readonly string[],
): Promise<void> {
  await publishDocument(baton, 'cadences', `awaits-${name.replaceAll('_', '-')}`, {
    name: `Awaits ${name}`,
    entry: { field: 'source', op: '=', value: sourceOf(name) },
    priority: 50,
    window: 'any',
    exits: ['replied'],
    steps: [
      ...before,
      { id: 'welcome', email: { template: 'welcome' } },
      // biome-ignore lint/suspicious/noThenProperty: the document's own word
      { id: 'response', wait_for: { ...wait, timeout: { after, then: 'end-late' } } },
      ...exits.map((exit) => ({ id: leave(exit), exit })),
      { id: 'end-late', exit: 'late' },
    ],
  });
}

async function leadOf(name: string, startAt = START): Promise<string> {
  const { lead } = await baton.app.get(LeadsService).create(
    {
      email: `${uniqueWord('awaiting')}@awaiting.example`,
      company: 'Await Ltd',
      country: 'FR',
      source: sourceOf(name),
      consent: { basis: 'contract', at: '2026-01-01T00:00:00Z' },
    },
    { personId: await baton.personId('mara-marketer') },
    { clockOffsetMs: startAt - Date.now() },
  );
  return lead.id;
}

type Happened = readonly [kind: string, at: number];

/** In one request, in this order. */
async function together(leadId: string, ...happened: Happened[]): Promise<void> {
  const items = happened.map(([kind, at]) => ({
    source: 'awaiting',
    eventId: uniqueWord('e'),
    lead: { id: leadId },
    kind,
    occurredAt: new Date(at).toISOString(),
  }));
  const { status, body } = await baton.call<{ items: { result: string }[] }>('POST', '/v1/engagements/batch', {
    items,
  });
  expect([status, body.items.map(({ result }) => result)]).toEqual([202, items.map(() => 'stored')]);
}

interface Ended {
  readonly winners: readonly { readonly winner: number | 'timeout'; readonly at: number }[];
  readonly exit: string | null;
}

/** How the wait of the first enrollment ended: every winner in the record, and the exit the last of them led to. */
async function endOf(leadId: string): Promise<Ended> {
  const winners = await baton.dataSource.query<{ winner: number | 'timeout'; at: number }[]>(
    `select data->'winner' as winner, (extract(epoch from at) * 1000)::float8 as at
       from lead_records where lead_id = $1 and kind = 'waited' and (data->>'no')::int = 1 order by rev, n`,
    [leadId],
  );
  const [row] = await baton.dataSource.query<{ exit: string | null }[]>(
    'select exit_reason as exit from enrollments where lead_id = $1 and no = 1',
    [leadId],
  );
  return { winners, exit: row?.exit ?? null };
}

/** When the wait began, once the lead stands in it. */
async function enteredAt(leadId: string): Promise<number> {
  const { process } = await waitFor(
    async () => {
      const snapshot = await baton.virtual.settled(leadId);
      return snapshot.process.enrollment?.step === 'response' ? snapshot : undefined;
    },
    { what: `lead ${leadId} waits`, timeoutMs: 30_000 },
  );
  return process.enrollment?.stepAt ?? 0;
}

/** Lives until the wait has begun; answers when it began. */
async function waiting(leadId: string): Promise<number> {
  await baton.virtual.live(leadId, SENT + MINUTE);
  return enteredAt(leadId);
}

const at = (winner: number | 'timeout', instant: number, exit: string): Ended => ({
  winners: [{ winner, at: instant }],
  exit,
});

describe('three awaited things in the same second', () => {
  const T = SENT + 5 * HOUR;

  it('at the same instant: the first in the definition wins', async () => {
    const leadId = await leadOf('since_entry');
    await waiting(leadId);
    const do_ = () => together(leadId, ['download', T], ['webinar_registered', T], ['event_visited', T]);
    await baton.virtual.live(leadId, T + HOUR, [{ at: T, do: do_ }]);
    expect(await endOf(leadId)).toEqual(at(0, T, 'event_visited'));
  });

  it('at instants of their own: the earliest wins, wherever it stands', async () => {
    const leadId = await leadOf('since_entry');
    await waiting(leadId);
    const do_ = () =>
      together(leadId, ['event_visited', T + 900], ['webinar_registered', T + 500], ['download', T + 100]);
    await baton.virtual.live(leadId, T + HOUR, [{ at: T + 1000, do: do_ }]);
    expect(await endOf(leadId)).toEqual(at(2, T + 100, 'download'));
  });

  it('by requests of their own at once: one wins, and the others change nothing', async () => {
    const leadId = await leadOf('since_entry');
    await waiting(leadId);
    const do_ = () => Promise.all(KINDS.map((kind) => together(leadId, [kind, T])));
    await baton.virtual.live(leadId, T + 100 * HOUR, [{ at: T, do: do_ }]);
    const { winners, exit } = await endOf(leadId);
    expect(winners).toEqual([{ winner: expect.any(Number), at: T }]);
    expect(exit).toBe(KINDS[Number(winners[0]?.winner)]);
  });
});

describe('three awaited things before the step', () => {
  const early = START + 10 * MINUTE;
  const before = async (look: string): Promise<{ leadId: string; entered: number }> => {
    const leadId = await leadOf(look);
    const do_ = () => together(leadId, ...KINDS.map((kind): Happened => [kind, early]).reverse());
    await baton.virtual.live(leadId, SENT - MINUTE, [{ at: early, do: do_ }]);
    await baton.virtual.live(leadId, SENT + MINUTE);
    const [row] = await baton.dataSource.query<{ at: number }[]>(
      `select (extract(epoch from claimed_at) * 1000)::float8 as at from touches where lead_id = $1 and step = 'welcome'`,
      [leadId],
    );
    return { leadId, entered: row?.at ?? 0 };
  };

  it('do not count since entry: the time-out wins', async () => {
    const { leadId, entered } = await before('since_entry');
    await baton.virtual.live(leadId, SENT + 80 * HOUR);
    expect(await endOf(leadId)).toEqual(at('timeout', entered + 72 * HOUR, 'late'));
  });

  it('count for ever: the first in the definition wins on entry', async () => {
    const { leadId, entered } = await before('ever');
    expect(entered).toBeGreaterThanOrEqual(SENT);
    expect(await endOf(leadId)).toEqual(at(0, entered, 'event_visited'));
  });

  it('count from the very instant of the touch', async () => {
    const leadId = await leadOf('since_entry');
    const entered = await waiting(leadId);
    await together(leadId, ['event_visited', entered - 1], ['download', entered], ['webinar_registered', entered + 1]);
    await baton.virtual.live(leadId, SENT + HOUR);
    expect(await endOf(leadId)).toEqual(at(2, entered, 'download'));
  });
});

describe('three awaited things at the time-out', () => {
  it('lose at its very instant', async () => {
    const leadId = await leadOf('since_entry');
    const deadline = (await waiting(leadId)) + 72 * HOUR;
    const do_ = () => together(leadId, ...KINDS.map((kind): Happened => [kind, deadline]));
    await baton.virtual.live(leadId, deadline + HOUR, [{ at: deadline - HOUR, do: do_ }]);
    expect(await endOf(leadId)).toEqual(at('timeout', deadline, 'late'));
  });

  it('win a millisecond before it', async () => {
    const leadId = await leadOf('since_entry');
    const deadline = (await waiting(leadId)) + 72 * HOUR;
    const do_ = () => together(leadId, ['event_visited', deadline], ['download', deadline - 1]);
    await baton.virtual.live(leadId, deadline + HOUR, [{ at: deadline - HOUR, do: do_ }]);
    expect(await endOf(leadId)).toEqual(at(2, deadline - 1, 'download'));
  });

  it('change nothing after it, not even one that happened in time and is learned of too late', async () => {
    const leadId = await leadOf('since_entry');
    const deadline = (await waiting(leadId)) + 72 * HOUR;
    const late = deadline + HOUR;
    const do_ = () => together(leadId, ['event_visited', late], ['webinar_registered', late], ['download', late]);
    const learned = () => together(leadId, ['download', deadline - HOUR]);
    await baton.virtual.live(leadId, deadline + 3 * HOUR, [
      { at: late, do: do_ },
      { at: late + HOUR, do: learned },
    ]);
    expect(await endOf(leadId)).toEqual(at('timeout', deadline, 'late'));
  });
});

describe('three awaited things while no worker is there', () => {
  interface Absent {
    readonly look: 'since_entry_soon' | 'ever_soon';
    /** Milliseconds after entry, in the order in which they are posted; the time-out is at 10,000. */
    readonly posts: readonly Happened[];
    readonly ends: readonly [winner: number | 'timeout', afterMs: number, exit: string];
  }
  const CASES: readonly Absent[] = [
    {
      look: 'since_entry_soon',
      posts: [
        ['download', 3400],
        ['webinar_registered', 3400],
        ['event_visited', 3400],
      ],
      ends: [0, 3400, 'event_visited'],
    },
    {
      look: 'ever_soon',
      posts: [
        ['event_visited', 3900],
        ['webinar_registered', 3100],
        ['download', 3500],
      ],
      ends: [1, 3100, 'webinar_registered'],
    },
    {
      look: 'since_entry_soon',
      posts: [
        ['event_visited', 10_200],
        ['webinar_registered', 10_000],
        ['download', 9999],
      ],
      ends: [2, 9999, 'download'],
    },
    {
      look: 'since_entry_soon',
      posts: [
        ['download', 10_000],
        ['webinar_registered', 10_000],
        ['event_visited', 10_300],
      ],
      ends: ['timeout', 10_000, 'late'],
    },
  ];

  it('have one winner by instant once it is back, the time-out among them', async () => {
    const leads = await Promise.all(
      CASES.map(async (one) => {
        const leadId = await leadOf(one.look, Date.now());
        return { ...one, leadId, entered: await enteredAt(leadId) };
      }),
    );
    await baton.stopWorker();
    // Nothing has decided yet: the worker went before the first time-out.
    const waitingStill = await baton.dataSource.query<unknown[]>(
      `select 1 from lead_records where lead_id = any($1) and kind = 'waited'`,
      [leads.map(({ leadId }) => leadId)],
    );
    expect(waitingStill).toEqual([]);
    const over = Math.max(...leads.map(({ entered }) => entered)) + 10_500;
    await waitFor(() => Promise.resolve(Date.now() > over), { what: 'every time-out is over', timeoutMs: 20_000 });
    for (const { leadId, entered, posts } of leads) {
      for (const [kind, afterMs] of posts) await together(leadId, [kind, entered + afterMs]);
    }
    await baton.startWorker();
    for (const { leadId, entered, ends } of leads) {
      const [winner, afterMs, exit] = ends;
      const ended = await waitFor(async () => ((await endOf(leadId)).exit === null ? undefined : endOf(leadId)), {
        what: `the wait of ${leadId} ends`,
        timeoutMs: 30_000,
      });
      expect(ended).toEqual(at(winner, entered + afterMs, exit));
    }
  });
});

describe('random orders', () => {
  const fact = fc.record({
    kind: fc.constantFrom('download', 'download', 'event_visited', 'webinar_attended', 'email_reply'),
    /** Minutes before the request that brings it. */
    agoMinutes: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 90 * 60 })),
  });
  const days = fc.array(
    fc.record({
      afterMinutes: fc.integer({ min: 30, max: 40 * 60 }),
      facts: fc.array(fact, { minLength: 1, maxLength: 3 }),
    }),
    { minLength: 2, maxLength: 4 },
  );

  it('end where the reference model says', async () => {
    const samples = fc.sample(days, { seed: 20_261_128, numRuns: 12 });
    const results = await Promise.all(samples.map((sample) => liveAtRandom(sample)));
    for (const { actual, expected } of results) expect(actual).toEqual(expected);
    expect(new Set(results.map(({ expected }) => String(expected?.what))).size).toBeGreaterThanOrEqual(4);
  });

  async function liveAtRandom(
    sample: readonly { afterMinutes: number; facts: readonly { kind: string; agoMinutes: number }[] }[],
  ): Promise<{ actual: ReferenceEnd | undefined; expected: ReferenceEnd | undefined }> {
    const leadId = await leadOf('chance');
    const entered = await enteredAt(leadId);
    const [row] = await baton.dataSource.query<{ at: number }[]>(
      'select (extract(epoch from entered_at) * 1000)::float8 as at from enrollments where lead_id = $1 and no = 1',
      [leadId],
    );
    let clock = entered;
    const requests = sample.map(({ afterMinutes, facts }) => {
      clock += afterMinutes * MINUTE;
      const asked = clock;
      return { at: asked, facts: facts.map(({ kind, agoMinutes }) => ({ kind, at: asked - agoMinutes * MINUTE })) };
    });
    const deadlineAt = entered + 72 * HOUR;
    const script = requests.map(({ at: instant, facts }) => ({
      at: instant,
      do: () => together(leadId, ...facts.map((one): Happened => [one.kind, one.at])),
    }));
    const until = Math.max(clock, deadlineAt) + HOUR;
    await baton.virtual.live(leadId, until, script);
    const wait: ReferenceWait = {
      look: 'since_entry',
      enrolledAt: row?.at ?? 0,
      enteredAt: entered,
      deadlineAt,
      options: [{ score: 20 }, { kind: 'download', count: 2 }, { kind: 'event_visited', count: 1 }],
      points: POINTS,
      quits: 'email_reply',
    };
    const known = requests.flatMap(({ at: arrivedAt, facts }) => facts.map((one) => ({ ...one, arrivedAt })));
    const looks = [entered, ...requests.map((one) => one.at), deadlineAt, until].sort((one, other) => one - other);
    const expected = endOfWait(wait, known, looks);
    const { winners, exit } = await endOf(leadId);
    expect(winners.length).toBe(exit === 'replied' ? 0 : 1);
    const [winner] = winners;
    const what = exit === 'replied' ? 'quit' : winner?.winner === 'timeout' ? 'time-out' : (winner?.winner ?? 'quit');
    // A score that was there earlier counts from the last look, which the machine takes a moment after the request.
    const actualAt = what === 0 ? (expected?.at ?? 0) : (winner?.at ?? expected?.at ?? 0);
    return { actual: { what, at: actualAt }, expected };
  }
});
