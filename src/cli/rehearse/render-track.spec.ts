import { describe, expect, it } from '@jest/globals';
import type { TrackEntry } from '../../../domain/rehearsal/track-entry.js';
import { renderComparison, renderTracks } from './render-track.js';

const entry = (at: string, zone: string, detail: string, more: Partial<TrackEntry> = {}): TrackEntry => ({
  ...{ at, localAt: at, zone, kind: 'touch', detail },
  ...more,
});
const berlin = entry('2026-03-30T07:00:05.000Z', 'Europe/Berlin', 'Touch “guide” sent', {
  ...{ step: 'guide', subject: 'Hello Ada', score: 6 },
});
const newYork = entry('2026-03-30T06:59:00.000Z', 'America/New_York', 'Touch “hello” sent', { step: 'hi' });

describe('the table of a rehearsal', () => {
  it('shows each instant in UTC and in the zone of the lead', () => {
    expect(renderTracks([{ name: 'ada', track: [berlin] }])).toEqual([
      "UTC               lead's time                  what   step",
      '2026-03-30 07:00  Mon 30 Mar 2026, 09:00 CEST  touch  guide  Touch “guide” sent “Hello Ada”, score 6',
    ]);
  });

  it('lays several leads side by side, in the order of instants', () => {
    const lines = renderTracks([
      { name: 'ada', track: [berlin] },
      { name: 'bob', track: [newYork] },
    ]);
    expect(lines.map((line) => line.slice(0, 22))).toEqual([
      'lead  UTC             ',
      'bob   2026-03-30 06:59',
      'ada   2026-03-30 07:00',
    ]);
  });
});

describe('the comparison of two versions', () => {
  it('says what moved and by how much, what is new and what falls away', () => {
    const later = { ...berlin, at: '2026-03-31T08:05:05.000Z' };
    const lines = renderComparison([berlin, newYork], [later, { ...newYork, step: 'ho' }]);
    expect(lines.map((line) => line.split('  ')[0])).toEqual(['change', 'falls away', 'new', '+1 d 1 h 5 min']);
  });

  it('says that nothing differs', () => {
    expect(renderComparison([berlin], [{ ...berlin, at: '2026-03-30T07:00:55.000Z' }])).toEqual(['nothing differs']);
  });
});
