import { describe, expect, it } from '@jest/globals';
import { judgeAttempts } from './judge-attempts.js';
import { lintPlaybook } from './lint-playbook.js';
import { playbookSchema } from './playbook.schema.js';

const playbook = playbookSchema.parse({
  ...{
    attempts: 3,
    gap: 'P1D',
    dispositions: ['reached', 'no_answer', 'voicemail'],
    again: ['no_answer', 'voicemail'],
  },
});
const hours = {
  calendar: { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '17:00', holidays: [] },
  zone: 'Europe/Berlin',
} as const;
const judged = (...tries: [disposition: string, at: string][]) =>
  judgeAttempts(
    playbook,
    tries.map(([disposition, at]) => ({ disposition, at: Date.parse(at) })),
    { ...hours, calendar: { ...hours.calendar, days: [...hours.calendar.days], holidays: [] } },
  );
const next = (...tries: [disposition: string, at: string][]): string | null => {
  const { nextDueAt } = judged(...tries);
  return nextDueAt === null ? null : new Date(nextDueAt).toISOString();
};

describe('the tries of a playbook', () => {
  it('have no due instant before the first: that is the first-touch SLA', () => {
    expect(judged()).toEqual({ made: 0, reached: false, exhausted: false, nextDueAt: null });
  });

  it('are due when the gap is over, on the clock of the rep', () => {
    // Monday 10:00 in Berlin; the gap ends on Tuesday at the same time.
    expect(next(['no_answer', '2026-04-20T08:00:00Z'])).toBe('2026-04-21T08:00:00.000Z');
  });

  it('wait for the next working hour', () => {
    // Friday 16:30 and a day are Saturday 16:30; the rep is at work on Monday at nine, which is 07:00Z.
    expect(next(['voicemail', '2026-04-24T14:30:00Z'])).toBe('2026-04-27T07:00:00.000Z');
  });

  it('count from the last one, in whatever order they are told', () => {
    expect(next(['no_answer', '2026-04-22T08:00:00Z'], ['no_answer', '2026-04-20T08:00:00Z'])).toBe(
      '2026-04-23T08:00:00.000Z',
    );
  });

  it('end when the lead is reached', () => {
    const tries = judged(['no_answer', '2026-04-20T08:00:00Z'], ['reached', '2026-04-21T08:00:00Z']);
    expect(tries).toEqual({ made: 2, reached: true, exhausted: false, nextDueAt: null });
  });

  it('are used up after as many as agreed without reaching it', () => {
    const at = '2026-04-20T08:00:00Z';
    expect(judged(['no_answer', at], ['voicemail', at], ['no_answer', at])).toEqual({
      ...{ made: 3, reached: false, exhausted: true, nextDueAt: null },
    });
    expect(judged(['no_answer', at], ['voicemail', at], ['no_answer', at], ['reached', at]).exhausted).toBe(false);
  });
});

describe('a playbook', () => {
  it('asks again after no answer, unless it says otherwise', () => {
    const plain = playbookSchema.parse({ attempts: 5, gap: 'P1D', dispositions: ['reached', 'no_answer'] });
    expect(plain.again).toEqual(['no_answer']);
    expect(lintPlaybook(plain)).toEqual([]);
  });

  it('names a disposition once', () => {
    const result = playbookSchema.safeParse({ attempts: 5, gap: 'P1D', dispositions: ['reached', 'reached'] });
    expect(result.error?.issues[0]?.message).toBe('a disposition stands in the list once');
  });
});
