import { describe, expect, it } from '@jest/globals';
import type { BusinessCalendar } from '../time/business-calendar.js';
import { ladderInstants, slaInstant } from './ladder-instants.js';

const swiss: BusinessCalendar = {
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  from: '08:00',
  to: '18:00',
  holidays: [{ date: '2026-04-06', name: 'Easter Monday' }],
};
const zone = 'Europe/Zurich';
const at = (instant: string) => Date.parse(instant);

describe('ladderInstants', () => {
  it('counts working hours of the one who has to act, over the holiday, in order', () => {
    const rungs = [
      { after: 'PT4H', do: 'escalate' as const },
      { after: 'PT2H', do: 'remind' as const },
      { after: 'P1D', do: 'return' as const },
    ];
    // Thursday 17:00:30, one hour of work left that day; Friday is at work, Easter Monday is not.
    expect(ladderInstants(rungs, swiss, zone, at('2026-04-02T15:00:30Z'))).toEqual([
      { at: at('2026-04-03T07:00:30Z'), do: 'remind' },
      { at: at('2026-04-03T09:00:30Z'), do: 'escalate' },
      { at: at('2026-04-03T15:00:30Z'), do: 'return' },
    ]);
  });

  it('starts at the next opening outside hours', () => {
    expect(slaInstant('PT4H', swiss, zone, at('2026-04-04T10:00:00Z'))).toBe(at('2026-04-07T10:00:00Z'));
  });

  it('keeps the order of rungs at one instant', () => {
    const rungs = [
      { after: 'PT60M', do: 'escalate' as const },
      { after: 'PT1H', do: 'remind' as const },
    ];
    expect(ladderInstants(rungs, swiss, zone, at('2026-04-07T08:00:00Z')).map((rung) => rung.do)).toEqual([
      'escalate',
      'remind',
    ]);
  });
});
