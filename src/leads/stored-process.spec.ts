import { describe, expect, it } from '@jest/globals';
import { fakeEnrollment, nurturing } from '../../domain/lead/fake-process.js';
import type { LeadProcess } from '../../domain/lead/lead-process.js';
import { NEWEST_LEAD_VERSION } from '../../domain/lead/lead-version.js';
import { restoredProcess, storedProcess } from './stored-process.js';

const NEWER = NEWEST_LEAD_VERSION + 1;
const ofVersion = (v: unknown): LeadProcess => ({ ...nurturing(), v: v as LeadProcess['v'] });

describe('a stored process', () => {
  it.each([1, 2])('is gone on from in version %p, without what was under way', (v) => {
    const stored = { ...ofVersion(v), enrollment: fakeEnrollment({ sending: true }) };
    expect(restoredProcess(stored)).toEqual({ ...ofVersion(v), enrollment: fakeEnrollment() });
  });

  it('is left to the release that stored it', () => {
    expect(() => restoredProcess(ofVersion(NEWER))).toThrow(`version ${NEWER} of the stored process`);
    expect(() => restoredProcess(ofVersion(undefined))).toThrow('has no version');
  });

  it('is shown to readers whoever stored it', () => {
    const lead = { process: { process: { ...ofVersion(NEWER) } }, createdAt: new Date(0) };
    expect(storedProcess(lead)).toEqual(ofVersion(NEWER));
  });

  it('of a lead nobody has looked at is the one it will start with', () => {
    expect(storedProcess({ process: null, createdAt: new Date(5) })).toMatchObject({ state: 'raw', since: 5 });
  });
});
