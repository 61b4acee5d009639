import { describe, expect, it } from '@jest/globals';
import { isBelowBreaker, mostTouches, opensBreaker, providerOf, releasedInstant } from './judge-breaker.js';

describe('opensBreaker', () => {
  it.each([
    // Ten in a hundred, from twenty touches and five failures on.
    [{ touches: 20, failures: 5 }, true],
    [{ touches: 19, failures: 19 }, false],
    [{ touches: 20, failures: 4 }, false],
    [{ touches: 50, failures: 5 }, true],
    [{ touches: 51, failures: 5 }, false],
    [{ touches: 1_000, failures: 99 }, false],
    [{ touches: 1_000, failures: 100 }, true],
    [{ touches: 0, failures: 0 }, false],
  ])('says of %o: %s', (counts, opens) => {
    expect(opensBreaker(counts)).toBe(opens);
  });

  it('needs no count of touches below five failures', () => {
    expect([4, 5].map(isBelowBreaker)).toEqual([true, false]);
    expect(opensBreaker({ touches: 4, failures: 4 })).toBe(false);
  });
});

it('need not count touches any further once the failures are no tenth of them', () => {
  for (const failures of [5, 7, 99, 100, 1_234]) {
    expect(opensBreaker({ touches: mostTouches(failures), failures })).toBe(false);
    expect(opensBreaker({ touches: mostTouches(failures) - 1, failures })).toBe(true);
  }
});

describe('releasedInstant', () => {
  const at = Date.parse('2026-03-02T09:00:00Z');
  const leads = Array.from({ length: 300 }, (_, index) => `lead-${index}`);

  it('spreads the held touches over a second each, the same every time', () => {
    const instants = leads.map((lead) => releasedInstant(lead, { at, held: 300 }));
    expect(instants).toEqual(leads.map((lead) => releasedInstant(lead, { at, held: 300 })));
    expect(Math.min(...instants)).toBeGreaterThanOrEqual(at);
    expect(Math.max(...instants)).toBeLessThan(at + 300_000);
    const perMinute = [0, 1, 2, 3, 4].map(
      (minute) => instants.filter((instant) => Math.floor((instant - at) / 60_000) === minute).length,
    );
    expect(perMinute.filter((count) => count < 35 || count > 85)).toEqual([]);
  });

  it('takes an hour at most, and no time for none', () => {
    const late = leads.map((lead) => releasedInstant(lead, { at, held: 1_000_000 }));
    expect(Math.max(...late)).toBeLessThan(at + 3_600_000);
    expect(Math.max(...late)).toBeGreaterThan(at + 3_000_000);
    expect(releasedInstant('lead-1', { at, held: 0 })).toBe(at);
  });
});

it('names a provider by the domain of an address', () => {
  expect(providerOf('Nora@Mail.Example')).toBe('mail.example');
  expect(providerOf('"a@b"@mail.example')).toBe('mail.example');
});
