import { describe, expect, it } from '@jest/globals';
import { planPrepMails } from './plan-prep-mails.js';

const utc = (text: string): number => Date.parse(`${text}Z`);
const planned = (given: { settled: string; meeting: string | null; remind: string[]; zone?: string }) =>
  planPrepMails({
    settledAt: utc(given.settled),
    meetingAt: given.meeting === null ? null : utc(given.meeting),
    remind: given.remind,
    zone: given.zone ?? 'Europe/Prague',
  }).map(({ ordinal, dueAt }) => `${ordinal} ${new Date(dueAt).toISOString().slice(0, 16)}`);

describe('the mails about a checklist', () => {
  it('bring it when the acceptance stands, and remind before the meeting in the order of time', () => {
    expect(
      planned({ settled: '2026-04-20T08:05:00', meeting: '2026-04-30T07:00:00', remind: ['PT2H', 'P1D'] }),
    ).toEqual(['0 2026-04-20T08:05', '1 2026-04-29T07:00', '2 2026-04-30T05:00']);
  });

  it('remind of nothing while nobody knows when the two meet', () => {
    expect(planned({ settled: '2026-04-20T08:05:00', meeting: null, remind: ['P1D'] })).toEqual(['0 2026-04-20T08:05']);
  });

  it('leave out a reminder that would come with the checklist or before it, and one that is named twice', () => {
    const remind = ['P2D', 'P1D', 'PT24H', 'PT1H'];
    expect(planned({ settled: '2026-04-29T07:00:00', meeting: '2026-04-30T07:00:00', remind })).toEqual([
      '0 2026-04-29T07:00',
      '1 2026-04-30T06:00',
    ]);
  });

  it('count days on the clock of the lead, over a change of summer time', () => {
    // On 29 March 2026 the clocks of Prague go forward: nine o'clock is 07:00Z that day and 08:00Z the day before.
    expect(planned({ settled: '2026-03-20T08:00:00', meeting: '2026-03-29T07:00:00', remind: ['P1D'] })).toEqual([
      '0 2026-03-20T08:00',
      '1 2026-03-28T08:00',
    ]);
  });
});
