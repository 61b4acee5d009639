import { describe, expect, it } from '@jest/globals';
import { minutesAt, paceAsks, type Rate } from './pace-asks.js';

const T0 = 1_772_442_000_000;

describe('the pace of asking leads', () => {
  it('asks in groups of five seconds', () => {
    const rate: Rate = { leads: 120, per: 'minute' };
    expect(paceAsks(rate, undefined, T0)).toEqual({ mayAsk: 10, nextAt: T0 + 5_000 });
    expect(paceAsks(rate, T0, T0 + 4_999)).toEqual({ mayAsk: 0, nextAt: T0 + 5_000 });
    expect(paceAsks(rate, T0, T0 + 5_000)).toEqual({ mayAsk: 10, nextAt: T0 + 10_000 });
  });

  it('asks one at a time where the rate is less', () => {
    const rate: Rate = { leads: 10, per: 'hour' };
    expect(paceAsks(rate, undefined, T0)).toEqual({ mayAsk: 1, nextAt: T0 + 360_000 });
    expect(paceAsks(rate, T0, T0 + 359_999)).toEqual({ mayAsk: 0, nextAt: T0 + 360_000 });
  });

  it('makes up for nothing after an outage', () => {
    expect(paceAsks({ leads: 60, per: 'minute' }, T0, T0 + 86_400_000).mayAsk).toBe(5);
  });

  it.each<Rate>([
    { leads: 1, per: 'hour' },
    { leads: 7, per: 'minute' },
    { leads: 100, per: 'hour' },
    { leads: 999, per: 'minute' },
    { leads: 100_000, per: 'minute' },
  ])('never asks more than the rate allows in its time, beyond the first group: %j', (rate) => {
    const per = rate.per === 'minute' ? 60_000 : 3_600_000;
    let at = T0;
    let last: number | undefined;
    let asked = 0;
    let first = 0;
    while (at < T0 + 10 * per && asked < 3_000) {
      const { mayAsk, nextAt } = paceAsks(rate, last, at);
      expect(mayAsk).toBeGreaterThan(0);
      expect(nextAt).toBeGreaterThan(at);
      if (last === undefined) first = mayAsk;
      asked += mayAsk;
      last = at;
      expect(asked - first).toBeLessThanOrEqual(((at - T0) / per) * rate.leads + 1e-6);
      at = nextAt;
    }
  });

  it('says how long it takes', () => {
    expect(minutesAt({ leads: 60, per: 'minute' }, 412)).toBe(7);
    expect(minutesAt({ leads: 30, per: 'hour' }, 412)).toBe(824);
    expect(minutesAt({ leads: 30, per: 'hour' }, 0)).toBe(0);
  });
});
