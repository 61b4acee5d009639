import { describe, expect, it } from '@jest/globals';
import { NEWEST_LEAD_VERSION, readLeadVersion } from './lead-version.js';

describe('the version of a lead', () => {
  it.each([1, 2])('knows %p', (v) => {
    expect(readLeadVersion(v)).toBe(v);
  });

  it('is newer than this code when a later release wrote it', () => {
    expect(readLeadVersion(NEWEST_LEAD_VERSION + 1)).toBe('newer');
    expect(readLeadVersion(40)).toBe('newer');
  });

  it.each([undefined, null, 0, -1, 1.5, '1', Number.NaN, Number.POSITIVE_INFINITY, {}])('is none in %p', (v) => {
    expect(readLeadVersion(v)).toBe('malformed');
  });
});
