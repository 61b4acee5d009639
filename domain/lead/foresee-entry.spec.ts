import { describe, expect, it } from '@jest/globals';
import type { PastEnrollment } from '../cadence/choose-cadence.js';
import { fakeFacts } from '../condition/fake-facts.js';
import { askOf } from './ask-of.js';
import { DAY, fakeEnrollment, fakeProcess, HOUR, nurturing, offered, T0 } from './fake-process.js';
import { refusesEntry, whyNotChosen } from './foresee-entry.js';
import type { LeadProcess } from './lead-process.js';

const FRESH = { key: 'fresh', priority: 50 };
const idle = (overrides: Partial<LeadProcess> = {}): LeadProcess =>
  fakeProcess({ state: 'nurturing', v: 2, contactable: true, ...overrides });
const inside = (enrollment: Parameters<typeof fakeEnrollment>[0] = {}, overrides: Partial<LeadProcess> = {}) =>
  nurturing({ v: 2, contactable: true, enrollment: fakeEnrollment(enrollment), ...overrides });
const below = (no: number) => fakeEnrollment({ no, cadence: `below-${no}`, suspendedAt: T0 });

describe('what a process has against a cadence', () => {
  it.each<[string, LeadProcess, string | undefined]>([
    ['nothing in no cadence', idle(), undefined],
    ['nothing in one of lower priority', inside(), undefined],
    ['the state', offered(), 'not_in_nurture'],
    ['being inside', inside({ cadence: 'fresh' }), 'inside'],
    ['waiting in it below', inside({}, { suspended: [fakeEnrollment({ cadence: 'fresh' })] }), 'inside'],
    ['the address', idle({ contactable: false }), 'not_contactable'],
    ['a pause', idle({ paused: { at: T0, by: 'marketer-1' } }), 'paused'],
    ['a reply', idle({ hold: 'replied' }), 'waits_for_person'],
    ['a choice of a person', idle({ nextCadence: 'other' }), 'other_cadence'],
    ['a touch under way', inside({ sending: true }), 'touch_under_way'],
    ['a webhook under way', inside({ posted: true }), 'touch_under_way'],
    ['two that wait below', inside({ no: 3 }, { suspended: [below(1), below(2)] }), 'too_deep'],
    ['the version it lives by', inside({}, { v: 1 }), 'earlier_release'],
    ['a clock that stands still', inside({ suspendedAt: T0 }), 'standing_still'],
  ])('%s', (_, process, why) => {
    const refused = refusesEntry(process, FRESH, 10, T0 + HOUR);
    expect(refused?.why).toBe(why);
    const { entry, supersede } = askOf(process, T0 + HOUR);
    // Nothing against it: the next look asks. What asks for another cadence, or by another priority, is told apart here.
    if (why === undefined) expect(entry ?? supersede).toBeDefined();
    else if (why !== 'inside' && why !== 'other_cadence') expect(entry ?? supersede).toBeUndefined();
  });

  it('is over at the earliest return', () => {
    const process = idle({ earliestReturnAt: T0 + DAY });
    expect(refusesEntry(process, FRESH, undefined, T0)).toEqual({ why: 'not_back_yet', from: T0 + DAY });
    expect(refusesEntry(process, FRESH, undefined, T0 + DAY)).toBeUndefined();
  });

  it('an equal priority never takes a lead from another cadence', () => {
    expect(refusesEntry(inside(), FRESH, 50, T0)).toEqual({ why: 'other_cadence' });
    expect(refusesEntry(inside(), FRESH, 49, T0)).toBeUndefined();
  });

  it('the cadence a person chose is entered from any other', () => {
    const chosen = inside({}, { nextCadence: 'fresh' });
    expect(refusesEntry(chosen, FRESH, 90, T0)).toBeUndefined();
  });
});

describe('why a cadence was not chosen', () => {
  const entry = { field: 'country', op: '=', value: 'CH' } as const;
  const past = (overrides: Partial<PastEnrollment> = {}): PastEnrollment => ({
    ...{ key: 'fresh', enteredAt: T0 - 40 * DAY, endedAt: T0 - 10 * DAY, exitReason: 'completed' },
    ...overrides,
  });

  it('its entry does not hold', () => {
    expect(whyNotChosen({ ...FRESH, entry }, fakeFacts({ country: 'DE' }), [], T0)).toEqual({ why: 'no_match' });
  });

  it('its re-entry is closed for ever, or until the rest is over', () => {
    const facts = fakeFacts({ country: 'CH' });
    expect(whyNotChosen({ ...FRESH, entry }, facts, [past()], T0)).toEqual({ why: 're_entry' });
    const after = { ...FRESH, entry, reentry: { after: 'P30D' } } as const;
    expect(whyNotChosen(after, facts, [past()], T0)).toEqual({ why: 're_entry', from: T0 + 20 * DAY });
    const removed = [past({ exitReason: 'removed' })];
    expect(whyNotChosen(after, facts, removed, T0)).toEqual({ why: 're_entry' });
  });

  it('another one comes first', () => {
    expect(whyNotChosen(FRESH, fakeFacts(), [], T0)).toEqual({ why: 'other_cadence' });
  });
});
