import { describe, expect, it } from '@jest/globals';
import { layCustody } from './custody-intervals.js';

const at = (text: string): Date => new Date(`2026-04-21T${text}:00Z`);
const spans = (...since: string[]) =>
  layCustody(since.map((text, index) => ({ sinceAt: at(text), name: index }))).map(({ sinceAt, untilAt }) => [
    sinceAt.toISOString().slice(11, 16),
    untilAt?.toISOString().slice(11, 16) ?? null,
  ]);

describe('layCustody', () => {
  it('of nothing is nothing', () => {
    expect(layCustody([])).toEqual([]);
  });

  it('ends each record where the next begins and leaves the last open', () => {
    expect(spans('08:00', '09:30', '12:00')).toEqual([
      ['08:00', '09:30'],
      ['09:30', '12:00'],
      ['12:00', null],
    ]);
  });

  it('never overlaps where a record was learned late', () => {
    expect(spans('08:00', '12:00', '09:30', '13:00')).toEqual([
      ['08:00', '12:00'],
      ['12:00', '12:00'],
      ['12:00', '13:00'],
      ['13:00', null],
    ]);
  });

  it('keeps what the record says', () => {
    expect(layCustody([{ sinceAt: at('08:00'), cause: 'created' }])).toEqual([
      { sinceAt: at('08:00'), untilAt: null, cause: 'created' },
    ]);
  });
});
