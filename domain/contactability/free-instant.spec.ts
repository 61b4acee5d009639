import { describe, expect, it } from '@jest/globals';
import { freeInstant } from './free-instant.js';

const zone = 'Europe/Berlin';
const utc = (text: string): number => Date.parse(`${text}:00Z`);
const limits = { zone, minGap: 'PT0S', lastAt: undefined };

describe('freeInstant', () => {
  it('leaves a touch alone that nothing is near', () => {
    const at = utc('2026-04-21T09:00');
    expect(freeInstant(limits, at)).toEqual({ at });
    expect(freeInstant({ ...limits, minGap: 'P1D', lastAt: utc('2026-04-20T09:00') }, at)).toEqual({ at });
  });

  it('keeps the gap of hours to the claim before it, to the second', () => {
    const lastAt = utc('2026-04-21T08:30');
    const found = freeInstant({ ...limits, minGap: 'PT2H', lastAt }, utc('2026-04-21T09:00'));
    expect(found).toEqual({ at: utc('2026-04-21T10:30'), reason: 'min_gap' });
  });

  it('keeps the local time over a change of clocks where the gap is in days', () => {
    // Saturday 10:00 CET; Sunday 10:00 CEST is 23 hours later.
    const lastAt = utc('2026-03-28T09:00');
    const found = freeInstant({ ...limits, minGap: 'P1D', lastAt }, utc('2026-03-28T20:00'));
    expect(found).toEqual({ at: utc('2026-03-29T08:00'), reason: 'min_gap' });
  });

  it('looks at the cap where the gap ends, and names what is later', () => {
    const cap = { allowed: { max: 1, per: 'day' }, claims: [utc('2026-04-21T06:00')] };
    const at = utc('2026-04-21T09:00');
    const gap = { minGap: 'PT4H', lastAt: utc('2026-04-21T06:00') };
    expect(freeInstant({ ...limits, ...gap, cap }, at)).toEqual({ at: utc('2026-04-21T22:00'), reason: 'frequency' });
    const long = { ...limits, minGap: 'P2D', lastAt: gap.lastAt, cap };
    expect(freeInstant(long, at)).toEqual({ at: utc('2026-04-23T06:00'), reason: 'min_gap' });
  });
});
