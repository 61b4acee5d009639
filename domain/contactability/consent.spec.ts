import { describe, expect, it } from '@jest/globals';
import { isConsentAhead } from './consent.js';

const now = Date.parse('2026-03-11T10:00:00Z');

describe('isConsentAhead', () => {
  it.each([
    ['2026-03-11T10:05:00Z', false],
    ['2026-03-11T10:05:01Z', true],
    ['2026-03-11T12:00:00+02:00', false],
    ['2027-03-11T10:00:00Z', true],
    ['2020-01-01T00:00:00Z', false],
  ])('of %s at 10:00 is %s', (at, ahead) => {
    expect(isConsentAhead(Date.parse(at), now)).toBe(ahead);
  });

  it('takes a date from when its day begins anywhere', () => {
    const date = Date.parse('2026-03-12T00:00:00Z');
    expect(isConsentAhead(date, Date.parse('2026-03-11T09:59:59Z'))).toBe(true);
    expect(isConsentAhead(date, Date.parse('2026-03-11T10:00:00Z'))).toBe(false);
  });
});
