import { describe, expect, it } from '@jest/globals';
import { compareTracks } from './compare-tracks.js';
import type { TrackEntry } from './track-entry.js';

const entry = (at: string, detail: string, more: Partial<TrackEntry> = {}): TrackEntry => ({
  at,
  localAt: at,
  zone: 'UTC',
  kind: 'touch',
  detail,
  ...more,
});

const shown = (left: TrackEntry[], right: TrackEntry[]) =>
  compareTracks(left, right).map(({ what, left: one, right: other, byMinutes }) => [
    what,
    (one ?? other)?.detail,
    byMinutes,
  ]);

describe('two tracks side by side', () => {
  it('are the same to the minute, whatever the seconds', () => {
    expect(shown([entry('2026-03-02T09:00:01Z', 'welcome')], [entry('2026-03-02T09:00:59Z', 'welcome')])).toEqual([
      ['same', 'welcome', 0],
    ]);
  });

  it('name what moved, and what only one of them has, in the order of instants', () => {
    const left = [
      entry('2026-03-02T09:00:00Z', 'welcome'),
      entry('2026-03-05T09:00:00Z', 'guide'),
      entry('2026-03-09T09:00:00Z', 'budget'),
    ];
    const right = [
      entry('2026-03-02T09:00:00Z', 'welcome'),
      entry('2026-03-04T09:00:00Z', 'story'),
      entry('2026-03-05T10:30:00Z', 'guide'),
    ];
    expect(shown(left, right)).toEqual([
      ['same', 'welcome', 0],
      ['right_only', 'story', 0],
      ['moved', 'guide', 90],
      ['left_only', 'budget', 0],
    ]);
  });

  it('pair what happens several times in its order', () => {
    const [first, second] = [entry('2026-03-02T09:00:00Z', 'reminder'), entry('2026-03-03T09:00:00Z', 'reminder')];
    expect(shown([first, second], [first])).toEqual([
      ['same', 'reminder', 0],
      ['left_only', 'reminder', 0],
    ]);
  });

  it('tell a touch from another by its rendered subject', () => {
    const at = '2026-03-02T09:00:00Z';
    expect(
      shown([entry(at, 'welcome', { subject: 'Hello Ada' })], [entry(at, 'welcome', { subject: 'Hello' })]),
    ).toEqual([
      ['left_only', 'welcome', 0],
      ['right_only', 'welcome', 0],
    ]);
  });
});
