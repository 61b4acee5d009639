import { describe, expect, it } from '@jest/globals';
import { cadenceSchema } from '../cadence/cadence.schema.js';
import { definitionSchema } from '../qualification/definition.schema.js';
import { askOf } from './ask-of.js';
import {
  fakeEnrollment,
  fakeHandoff,
  fakeProcess,
  lost,
  nurturing,
  offered,
  qualified,
  returning,
  T0,
} from './fake-process.js';
import { interestOf, type LeadChange, type LeadInterest, matchesInterest, uniteInterests } from './interest.js';
import type { LeadProcess } from './lead-process.js';

const definition = definitionSchema.parse({
  key: 'default',
  rank: 10,
  segment: { field: 'country', op: 'in', value: ['DE'] },
  rules: [
    { id: 'hand-raise', when: { field: 'hand_raise', op: 'exists' } },
    {
      id: 'engaged',
      when: {
        all: [
          { field: 'score', op: '>=', value: 60 },
          { field: 'engagement.download', op: '>=', value: 2 },
        ],
      },
    },
  ],
});
const scoreOnly = definitionSchema.parse({
  key: 'score',
  rank: 20,
  rules: [{ id: 'engaged', when: { field: 'score', op: '>=', value: 60 } }],
});
const cadence = cadenceSchema.parse({
  key: 'nurture',
  name: 'Nurture',
  window: 'any',
  exits: ['unsubscribed', { when: { field: 'engagement.event_visited', op: '>=', value: 1 }, reason: 'met_us' }],
  steps: [
    { id: 'hello', email: { template: 'hello' } },
    {
      id: 'ask',
      wait_for: {
        any: [
          { engagement: 'email_click', then: 'leave' },
          { score: 30, then: 'leave' },
          { when: { field: 'engagement.webinar_attended', op: '>=', value: 1 }, then: 'leave' },
        ],
        timeout: { after: 'P2D', then: 'leave' },
      },
    },
    { id: 'leave', exit: 'completed' },
  ],
});
const interest = (process: LeadProcess, definitions = [scoreOnly]) =>
  interestOf(askOf(process, T0), definitions, cadence);

describe('what a lead registers', () => {
  it('is what the definition, the guards and the awaited step depend on', () => {
    expect(interest(nurturing(), [definition])).toEqual({
      any: false,
      kinds: ['download', 'email_click', 'event_visited', 'webinar_attended'],
      thresholds: [30, 60],
      profile: true,
    });
  });

  it('leaves out the options of a step it is not in', () => {
    const process = nurturing({ enrollment: fakeEnrollment({ step: 'hello' }) });
    expect(interest(process)).toEqual({ any: false, kinds: ['event_visited'], thresholds: [60], profile: false });
  });

  it('is the guards alone while the lead is with sales', () => {
    expect(interest(offered())).toEqual({ any: false, kinds: ['event_visited'], thresholds: [], profile: false });
  });

  it('is any engagement after a return: the definition waits for one', () => {
    expect(interest(nurturing({ qualifyAfter: T0 })).any).toBe(true);
  });

  it('is no score and no download where only a hand-raise counts', () => {
    const only = { any: false, kinds: [], thresholds: [], profile: false };
    expect(interest(lost())).toEqual(only);
    expect(interest(returning({ enrollment: undefined }))).toEqual(only);
    expect(interest(fakeProcess(), [definition])).toEqual({ ...only, profile: true });
  });

  it('is the profile while a packet is incomplete, a touch is held or no cadence has the lead', () => {
    const handoff = fakeHandoff({ waiting: { why: 'packet_incomplete', cursor: 0 } });
    expect(interest(qualified({ handoff })).profile).toBe(true);
    const held = fakeEnrollment({ step: 'hello', held: 'missing_variable:lead.name' });
    expect(interest(nurturing({ enrollment: held })).profile).toBe(true);
    expect(interest(nurturing({ enrollment: undefined })).profile).toBe(true);
  });

  it('is any engagement while no cadence has the lead: an entry may count it or its score', () => {
    expect(interest(nurturing({ enrollment: undefined })).any).toBe(true);
    expect(interest(nurturing()).any).toBe(false);
  });
});

describe('what wakes a lead', () => {
  const none: LeadInterest = { any: false, kinds: [], thresholds: [], profile: false };
  const nothing: LeadChange = {
    kinds: ['page_view'],
    handRaised: false,
    scoreBefore: 10,
    scoreAfter: 18,
    profileChanged: false,
  };
  const wakes = (registered: Partial<LeadInterest>, change: Partial<LeadChange>) =>
    matchesInterest({ ...none, ...registered }, { ...nothing, ...change });

  it('is not an engagement nothing waits for', () => {
    expect(wakes({ kinds: ['email_click'], thresholds: [60], profile: true }, {})).toBe(false);
  });

  it('is always a hand-raise, a reply and every stop', () => {
    expect(wakes({}, { handRaised: true })).toBe(true);
    for (const kind of ['email_reply', 'unsubscribed', 'bounced', 'complained'])
      expect(wakes({}, { kinds: [kind] })).toBe(true);
  });

  it('is an awaited kind, and any kind after a return', () => {
    expect(wakes({ kinds: ['page_view'] }, {})).toBe(true);
    expect(wakes({ any: true }, {})).toBe(true);
    expect(wakes({ any: true }, { kinds: [] })).toBe(false);
  });

  it('is a threshold crossed in either direction, reached at exactly its score', () => {
    expect(wakes({ thresholds: [18] }, {})).toBe(true);
    expect(wakes({ thresholds: [18] }, { scoreBefore: 18, scoreAfter: 17 })).toBe(true);
    expect(wakes({ thresholds: [10] }, {})).toBe(false);
  });

  it('is a change of the instant at which time alone crosses a threshold', () => {
    const change = { nextCrossingBefore: T0 + 1, nextCrossingAfter: T0 + 2 };
    expect(wakes({ thresholds: [60] }, change)).toBe(true);
    expect(wakes({ thresholds: [60] }, { nextCrossingBefore: T0, nextCrossingAfter: T0 })).toBe(false);
    expect(wakes({ thresholds: [60] }, { nextCrossingAfter: T0 })).toBe(true);
    expect(wakes({}, change)).toBe(false);
  });

  it('is a change of profile where one matters', () => {
    expect(wakes({ profile: true }, { kinds: [], profileChanged: true })).toBe(true);
    expect(wakes({}, { kinds: [], profileChanged: true })).toBe(false);
  });
});

describe('two interests at once', () => {
  it('wake for what either waits for', () => {
    const a = { any: false, kinds: ['download'], thresholds: [60], profile: true };
    const b = { any: true, kinds: ['click', 'download'], thresholds: [30, 60], profile: false };
    const both = { any: true, kinds: ['click', 'download'], thresholds: [30, 60], profile: true };
    expect(uniteInterests(a, b)).toEqual(both);
    expect(uniteInterests(b, a)).toEqual(both);
  });
});
