import { describe, expect, it } from '@jest/globals';
import { cadenceSchema } from '../cadence/cadence.schema.js';
import { buildTrack, type StoryRow } from './build-track.js';

const ZONE = 'Europe/Berlin';
const at = (instant: string): number => Date.parse(instant);

const cadence = cadenceSchema.parse({
  key: 'walk',
  name: 'Walk',
  goal: 'qualified',
  priority: 1,
  window: 'any',
  steps: [
    { id: 'hello', email: { template: 'welcome', from: 'brand' } },
    {
      id: 'ask',
      wait_for: {
        any: [{ engagement: 'email_click', where: { touch: 'hello' }, then: 'size' }],
        timeout: { after: 'PT72H', then: 'out' },
      },
    },
    {
      id: 'size',
      branch: {
        cases: [{ when: { field: 'profile.employees', op: '>=', value: 250 }, then: 'out' }],
        otherwise: 'hello',
      },
    },
    { id: 'out', exit: 'completed' },
  ],
});

const row = (instant: string, kind: string, data: StoryRow['data'], more: Partial<StoryRow> = {}): StoryRow => ({
  at: at(instant),
  kind,
  type: kind,
  data,
  sentence: `${kind} happened`,
  ...more,
});

const track = (rows: StoryRow[], refused: { at: number; why: string }[] = []) =>
  buildTrack({ rows, zone: ZONE, cadences: new Map([[1, cadence]]), scoreAt: () => 12.345, refused });

describe('the track of a rehearsal', () => {
  it('gives each instant in UTC and in the zone of the lead, over the change of the clocks', () => {
    const [winter, summer] = track([
      row('2026-03-28T08:00:00Z', 'state', {}),
      row('2026-03-30T07:00:00Z', 'state', {}),
    ]);
    expect(winter).toEqual({
      at: '2026-03-28T08:00:00.000Z',
      localAt: '2026-03-28T09:00:00.000+01:00',
      zone: ZONE,
      kind: 'state',
      detail: 'state happened',
    });
    expect(summer?.localAt).toBe('2026-03-30T09:00:00.000+02:00');
  });

  it('says which option ended a wait and which case was taken, in words, and where to', () => {
    const shown = track([
      row('2026-03-02T08:00:00Z', 'wait', { no: 1, step: 'ask', winner: 0 }),
      row('2026-03-02T08:00:00Z', 'branch', { no: 1, step: 'size', case: 0 }),
      row('2026-03-02T08:00:00Z', 'branch', { no: 1, step: 'size', case: -1 }),
      row('2026-03-05T08:00:00Z', 'wait', { no: 1, step: 'ask', winner: 'timeout' }),
    ]);
    expect(shown.map(({ step, winner, detail }) => [step, winner, detail])).toEqual([
      ['ask', 'email click with touch hello', 'email click with touch hello → size'],
      ['size', 'employees is at least 250', 'employees is at least 250 → out'],
      ['size', 'otherwise', 'otherwise → hello'],
      ['ask', 'timeout', 'timeout → out'],
    ]);
  });

  it('shows a touch with its template and rendered subject', () => {
    const [touch] = track([
      row('2026-03-02T08:00:00Z', 'touch', { step: 'hello', template: 'welcome', subject: 'Hello Ada', visit: 1 }),
    ]);
    expect(touch).toMatchObject({ kind: 'touch', step: 'hello', template: 'welcome', subject: 'Hello Ada' });
  });

  it('puts the points of an engagement behind it, with the score of that instant', () => {
    const shown = track([
      row('2026-03-02T08:00:00Z', 'engagement', { points: 40, rules: ['pricing', 'click'] }),
      row('2026-03-02T09:00:00Z', 'engagement', { points: 0, rules: [] }),
    ]);
    expect(shown.map(({ kind, detail, score }) => [kind, detail, score])).toEqual([
      ['engagement', 'engagement happened', 12.3],
      ['score', '+40 by pricing, click', 12.3],
      ['engagement', 'engagement happened', 12.3],
    ]);
  });

  it('tells that a wait begins', () => {
    const [begun] = track([row('2026-03-02T08:00:00Z', 'step', { no: 1, step: 'ask', kind: 'wait_for' })]);
    expect(begun).toMatchObject({
      kind: 'wait',
      step: 'ask',
      detail: 'Wait for email click with touch hello, at most 72 hours',
    });
    expect(begun).not.toHaveProperty('winner');
  });

  it('puts a touch before what follows from it at the same instant', () => {
    const claim = '2026-03-02T08:00:00Z';
    const shown = track([
      row(claim, 'branch', { no: 1, step: 'size', case: -1 }),
      row(claim, 'step', { no: 1, step: 'hello', visit: 1 }),
      row(claim, 'step', { no: 1, step: 'ask', visit: 1 }),
      row(claim, 'touch', { step: 'hello', visit: 1 }),
    ]);
    expect(shown.map(({ kind, step }) => [kind, step])).toEqual([
      ['branch', 'size'],
      ['touch', 'hello'],
      ['wait', 'ask'],
    ]);
  });

  it('leaves other steps and words out, and places what the script could not do', () => {
    const shown = track(
      [
        row('2026-03-02T08:00:00Z', 'step', { no: 1, step: 'hello' }),
        row('2026-03-02T10:00:00Z', 'note', { text: 'x' }),
      ],
      [{ at: at('2026-03-02T09:00:00Z'), why: 'accept did not apply: the lead is nurturing' }],
    );
    expect(shown.map(({ kind, detail }) => [kind, detail])).toEqual([
      ['script', 'accept did not apply: the lead is nurturing'],
    ]);
  });
});
