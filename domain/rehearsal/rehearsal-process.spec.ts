import { describe, expect, it } from '@jest/globals';
import type { LeadProcess } from '../lead/lead-process.js';
import { newLeadProcess } from '../lead/new-lead-process.js';
import { rehearsalProcess } from './rehearsal-process.js';

const START = Date.parse('2026-03-02T09:00:00Z');
const given = { startAt: START, version: 2 as const, cadence: 'walk', cursor: 7 };

describe('the process a rehearsal starts with', () => {
  it('is that of a lead that comes in, bound for the cadence', () => {
    expect(rehearsalProcess(given)).toEqual({ ...newLeadProcess(START, 2), rev: 1, nextCadence: 'walk' });
    expect(rehearsalProcess({ ...given, stored: newLeadProcess(0, 1) })).toMatchObject({
      v: 2,
      state: 'raw',
      cursor: 0,
    });
  });

  it('keeps the past of a real lead and drops what is under way', () => {
    const stored: LeadProcess = {
      ...newLeadProcess(0, 1),
      state: 'offered',
      rev: 40,
      cursor: 6,
      enrollments: 3,
      handoffs: 2,
      returns: 1,
      notices: 5,
      qualifyAfter: START - 86_400_000,
      handoff: { no: 2, qualifiedBy: 'person', ruleId: null, definitionVersionId: null, qualifiedAt: 0 },
    };
    expect(rehearsalProcess({ ...given, stored })).toEqual({
      ...newLeadProcess(START, 2),
      rev: 1,
      nextCadence: 'walk',
      state: 'nurturing',
      cursor: 7,
      enrollments: 3,
      handoffs: 2,
      returns: 1,
      notices: 5,
      qualifyAfter: START - 86_400_000,
    });
  });

  it('lets nothing before its start qualify a lead that was at sales', () => {
    const stored: LeadProcess = { ...newLeadProcess(0, 2), state: 'working', handoffs: 1 };
    expect(rehearsalProcess({ ...given, stored }).qualifyAfter).toBe(START);
  });
});
