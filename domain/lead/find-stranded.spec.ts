import { describe, expect, it } from '@jest/globals';
import { DAY, fakeEnrollment, fakeProcess, T0 } from './fake-process.js';
import { findStranded } from './find-stranded.js';
import type { LeadProcess } from './lead-process.js';

const judged = (process: Partial<LeadProcess>, nextWakeAt?: number) =>
  findStranded(fakeProcess({ state: 'nurturing', ...process }), nextWakeAt, T0);

describe('a lead in nurture', () => {
  it('rests in a cadence with an instant, with a touch under way and with a touch that is held', () => {
    expect(judged({ enrollment: fakeEnrollment() }, T0 + DAY)).toBeUndefined();
    expect(judged({ enrollment: fakeEnrollment({ sending: true }) })).toBeUndefined();
    expect(judged({ enrollment: fakeEnrollment({ held: 'missing_variable:lead.name' }) })).toBeUndefined();
  });

  it('is stranded in a cadence that nothing moves', () => {
    expect(judged({ enrollment: fakeEnrollment({ dueAt: undefined }) })).toBe('nothing_to_wake');
  });

  it('needs a cadence, a re-entry date or a person', () => {
    expect(judged({})).toBe('next_step_missing');
    // Asking again tomorrow is no next step.
    expect(judged({ noCadenceUntil: T0 + DAY }, T0 + DAY)).toBe('next_step_missing');
    expect(judged({ earliestReturnAt: T0 + DAY }, T0 + DAY)).toBeUndefined();
    expect(judged({ hold: 'replied' })).toBeUndefined();
  });

  it('that may not be contacted waits for a hand-raise', () => {
    expect(judged({ contactable: false })).toBeUndefined();
  });
});

describe('a lead elsewhere', () => {
  it('waits for a person or a fact by what its state is', () => {
    for (const state of ['offered', 'accepted', 'working', 'returning', 'lost', 'won', 'disqualified'] as const) {
      expect([state, judged({ state })]).toEqual([state, undefined]);
    }
    expect(judged({ state: 'raw' })).toBe('nothing_to_wake');
  });

  it('that is qualified says what it waits for', () => {
    const handoff = {
      no: 1,
      qualifiedBy: 'definition',
      ruleId: 'r',
      definitionVersionId: 'd',
      qualifiedAt: T0,
    } as const;
    expect(judged({ state: 'qualified', handoff })).toBe('nothing_to_wake');
    const waiting = { why: 'packet_incomplete', cursor: 3 };
    expect(judged({ state: 'qualified', handoff: { ...handoff, waiting } })).toBeUndefined();
  });
});
