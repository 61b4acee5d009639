// The histories that running leads have: what this workflow code must go on with. They are recorded by
//
//   RECORD_HISTORIES=<version> npm run integration -- test/workflows/golden
//
// A change of the code that makes one of them fail strands leads: guard it (docs/adr/0007-versions-of-running-leads.md), do not record anew. Needs the
// bundle of `npm run build`, no server.
import { describe, expect, it } from '@jest/globals';
import { TRANSITIONS } from '../../domain/lead/lead-state.js';
import {
  type Edge,
  edgesOf,
  findWords,
  type HistoryEvent,
  readGolden,
  replay,
  type RunHistory,
} from '../support/histories.js';

const golden = readGolden();

const PATHS = [
  'accepted-by-signal',
  'air-cover-01-v3',
  'air-cover-02-v3',
  'air-cover-03-v3',
  'air-cover-04-v3',
  'air-cover-05-v3',
  'air-cover-06-v3',
  'air-cover-07-v3',
  'air-cover-08-v3',
  'awaited-engagement',
  'completed',
  'continued',
  'disqualified',
  'edges-01-v2',
  'edges-02-v2',
  'edges-03-v2',
  'edges-04-v2',
  'edges-05-v2',
  'edges-06-v2',
  'edges-07-v2',
  'edges-08-v2',
  'edges-09-v2',
  'edges-10-v2',
  'edges-11-v2',
  'edges-12-v2',
  'edges-13-v2',
  'edges-14-v2',
  'edges-15-v2',
  'edges-16-v2',
  'edges-17-v2',
  'edges-18-v2',
  'edges-19-v2',
  'edges-20-v2',
  'edges-21-v2',
  'every-kind-01-v2',
  'every-kind-02-v2',
  'every-kind-03-v2',
  'every-kind-04-v2',
  'every-kind-05-v2',
  'every-kind-06-v2',
  'every-kind-07-v2',
  'every-kind-08-v2',
  'every-kind-09-v2',
  'every-kind-10-v2',
  'every-kind-11-v2',
  'expired',
  'find-the-buyer',
  'given-back-at-once',
  'given-back-raised',
  'given-up-before-offer',
  'given-up-in-nurture',
  'given-up-while-offered',
  'hand-raise',
  'long-life-v2',
  'lost-at-once-returns',
  'lost-raised',
  'moved-01-v2',
  'moved-02-v2',
  'moved-03-v2',
  'moved-04-v2',
  'moved-below-01-v2',
  'moved-below-02-v2',
  'moved-below-03-v2',
  'packet-completed',
  'passed-on-01-v2',
  'passed-on-02-v2',
  'race-accept-first',
  'race-ladder-first',
  'reassigned',
  'refused-then-in-doubt',
  'restored',
  'resumed',
  'resumed-later',
  'second-decision',
  'stale-touch',
  'superseded-01-v2',
  'superseded-02-v2',
  'superseded-03-v2',
  'superseded-04-v2',
  'superseded-05-v2',
  'superseded-06-v2',
  'superseded-07-v2',
  'taken-back-v2',
  'time-out',
  'unsubscribed',
  'won',
  'won-at-once',
];

function historyOf(name: string): RunHistory {
  const found = golden.find((one) => one.name === name);
  if (!found) throw new Error(`no golden history ${name}`);
  return found.history;
}

const isCommand = (type: string) => (event: HistoryEvent) => event.eventType === `EVENT_TYPE_${type}`;

/** The history with a text replaced in the event at `index`. */
function altered(history: RunHistory, index: number, from: string, to: string): RunHistory {
  const events = history.events.map((event, at) =>
    at === index ? (JSON.parse(JSON.stringify(event).replace(from, to)) as HistoryEvent) : event,
  );
  return { events };
}

const refusal = expect.stringMatching(/^DeterminismViolationError: /);

/** Ten seconds on an idle machine; what is asserted is the replay, not its speed. */
const REPLAY_MS = 240_000;

describe('golden histories', () => {
  it('are there for every path', () => {
    expect([...new Set(golden.map(({ name }) => name.split('.')[0]))].sort()).toEqual(PATHS);
  });

  it(
    'replay with the present code',
    async () => {
      expect(await replay(golden)).toEqual({});
    },
    REPLAY_MS,
  );

  it('hold no address, and no name of machine or person', () => {
    const words = ['@', 'example', 'werk', 'mara', 'rita', 'rolf', 'theo', 'olga'];
    expect(
      golden.flatMap(({ name, history }) => findWords(history, words).map((where) => `${name}: ${where}`)),
    ).toEqual([]);
    const identities = JSON.stringify(golden).match(/"identity":"[^"]*"/g);
    expect([...new Set(identities)]).toEqual(['"identity":"worker@test"']);
  });
});

/** Edges that no golden history takes: none is added to it. */
const NOT_TAKEN: readonly Edge[] = [];

describe('the transition table', () => {
  it(
    'has its edges taken by the golden histories, but those on the list',
    async () => {
      const taken = new Set(Object.values(await edgesOf(golden)).flat());
      const left = TRANSITIONS.map(({ from, to, cause }): Edge => `${from} → ${to} (${cause})`).filter(
        (edge) => !taken.has(edge),
      );
      expect(left).toEqual(NOT_TAKEN);
    },
    REPLAY_MS,
  );
});

describe('another order of commands', () => {
  it('is refused: search attributes before the touch', async () => {
    const { events } = historyOf('time-out');
    const touch = events.findIndex(isCommand('ACTIVITY_TASK_SCHEDULED'));
    const [before, first, second, after] = [events.slice(0, touch), events[touch], events[touch + 1], touch + 2];
    if (!first || !second) throw new Error('nothing to exchange');
    expect(second.eventType).toBe('EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES');
    const changed = renumbered([...before, second, first, ...events.slice(after)]);
    expect(await replay([{ name: 'changed', history: { events: changed } }])).toEqual({ changed: refusal });
  });

  it('is refused: a notice where a touch was', async () => {
    const history = historyOf('won');
    const scheduled = history.events.findIndex(isCommand('ACTIVITY_TASK_SCHEDULED'));
    const changed = altered(history, scheduled, '"sendTouch"', '"sendNotice"');
    expect(await replay([{ name: 'changed', history: changed }])).toEqual({ changed: refusal });
  });

  it('is refused: an offer where a sync was', async () => {
    const history = historyOf('won');
    const sync = history.events.findLastIndex(isCommand('MARKER_RECORDED'));
    const data = (text: string) => Buffer.from(text).toString('base64');
    const marker = JSON.stringify(history.events[sync]);
    const [, payload = ''] = /"data":\{"payloads":\[\{[^\]]*"data":"([^"]+)"/.exec(marker) ?? [];
    const says = Buffer.from(payload, 'base64').toString();
    expect(says).toContain('"syncLead"');
    const changed = altered(history, sync, payload, data(says.replace('"syncLead"', '"openHandoff"')));
    expect(await replay([{ name: 'changed', history: changed }])).toEqual({ changed: refusal });
  });

  it.each(['TIMER_STARTED', 'MARKER_RECORDED', 'ACTIVITY_TASK_SCHEDULED', 'UPSERT_WORKFLOW_SEARCH_ATTRIBUTES'])(
    'is refused: without one %s',
    async (type) => {
      const { events } = historyOf('time-out');
      const changed = withoutEvent(events, events.findIndex(isCommand(type)));
      expect(await replay([{ name: 'changed', history: { events: changed } }])).toEqual({ changed: refusal });
    },
  );

  it('is not what numbering anew makes of a history', async () => {
    const { events } = historyOf('won');
    expect(await replay([{ name: 'same', history: { events: renumbered(events) } }])).toEqual({});
  });
});

/** Without one event and what started or fired because of it. */
function withoutEvent(events: readonly HistoryEvent[], index: number): HistoryEvent[] {
  const because = new RegExp(`"(started|scheduled)EventId":"${events[index]?.eventId}"`);
  return renumbered(events.filter((event, at) => at !== index && !because.test(JSON.stringify(event))));
}

/** The events and what refers to them, numbered from 1. */
function renumbered(events: readonly HistoryEvent[]): HistoryEvent[] {
  const numbers = new Map(events.map((event, at) => [event.eventId, String(at + 1)]));
  const number = (_: string, key: string, id: string): string => `"${key}":"${numbers.get(id) ?? id}"`;
  return events.map(
    (event) => JSON.parse(JSON.stringify(event).replaceAll(/"(\w*[eE]ventId)":"(\d+)"/g, number)) as HistoryEvent,
  );
}
