import { describe, expect, it } from '@jest/globals';
import { fakeFacts } from '../condition/fake-facts.js';
import { cadenceSchema } from './cadence.schema.js';
import { judgeBranch } from './judge-branch.js';
import { judgeGuards } from './judge-guards.js';

const document = cadenceSchema.parse({
  key: 'walk',
  name: 'Walk',
  window: 'any',
  exits: ['unsubscribed', 'replied', { when: { field: 'score', op: '<', value: 0 }, reason: 'lost_interest' }],
  steps: [
    {
      id: 'wait',
      wait_for: {
        any: [
          { engagement: 'email_click', then: 'leave' },
          { score: 30, then: 'leave' },
        ],
        timeout: { after: 'P1D', then: 'leave' },
      },
    },
    { id: 'leave', exit: 'completed' },
  ],
});
const said = (kind: string, at: number) => ({ seq: at, at, kind, properties: {} });

describe('judgeGuards', () => {
  it('acts at the earliest guard', () => {
    const facts = fakeFacts({
      engagements: [said('email_reply', 5000), said('unsubscribed', 7000)],
      items: [{ at: 6000, points: -1 }],
    });
    expect(judgeGuards(document, facts, { since: 0, now: 9000 })).toEqual({ index: 1, at: 5000 });
    expect(judgeGuards(document, facts, { since: 5001, now: 9000 })).toEqual({ index: 2, at: 6000 });
    expect(judgeGuards(document, facts, { since: 0, now: 4999 })).toBeUndefined();
  });

  it('takes the first one written of two at one instant', () => {
    const facts = fakeFacts({ engagements: [said('email_reply', 5000), said('unsubscribed', 5000)] });
    expect(judgeGuards(document, facts, { since: 5000, now: 5000 })).toEqual({ index: 0, at: 5000 });
  });

  it('acts on entry on what holds already', () => {
    const facts = fakeFacts({ items: [{ at: 0, points: -1 }] });
    expect(judgeGuards(document, facts, { since: 3000, now: 9000 })).toEqual({ index: 2, at: 3000 });
  });
});

describe('judgeBranch', () => {
  const step = {
    id: 'fork',
    branch: {
      cases: [
        { when: { field: 'engagement.page_view', op: 'exists' as const }, then: 'a' },
        { when: { field: 'country', op: '=' as const, value: 'CH' }, then: 'b' },
      ],
      otherwise: 'c',
    },
  };

  it('takes the first case that holds at the instant', () => {
    const facts = fakeFacts({ country: 'CH', engagements: [said('page_view', 5000)] });
    expect([judgeBranch(step, facts, 4999), judgeBranch(step, facts, 5000)]).toEqual([1, 0]);
    expect(judgeBranch(step, fakeFacts(), 5000)).toBe(-1);
  });
});
