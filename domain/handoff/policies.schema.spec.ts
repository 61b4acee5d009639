import { describe, expect, it } from '@jest/globals';
import { frequencyPolicySchema } from './frequency-policy.schema.js';
import { slaPolicySchema } from './sla-policy.schema.js';

const sla = {
  accept: {
    within: 'PT4H',
    rungs: [
      { after: 'PT2H', do: 'remind' },
      { after: 'PT5H', do: 'reassign' },
    ],
    reassignments: 1,
    then: 'return',
  },
  firstTouch: { within: 'PT8H', rungs: [{ after: 'PT8H', do: 'tell_team_owner' }] },
  acknowledge: { within: 'PT8H', rungs: [{ after: 'PT8H', do: 'escalate' }] },
  grace: 'P2D',
};
const messages = (change: object) => {
  const result = slaPolicySchema.safeParse({ ...sla, ...change });
  return result.success ? [] : result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
};

describe('slaPolicySchema', () => {
  it('keeps a policy as it is written', () => {
    expect(slaPolicySchema.parse(sla)).toEqual(sla);
  });

  it('lets only the acceptance ladder reassign or return', () => {
    expect(messages({ firstTouch: { within: 'PT8H', rungs: [{ after: 'PT8H', do: 'return' }] } })).toEqual([
      "firstTouch.rungs.0.do: this ladder's rung does one of remind, tell_team_owner, escalate",
    ]);
  });

  it('wants durations', () => {
    expect(messages({ grace: '2 days' })[0]).toMatch(/^grace: write an ISO-8601 duration/);
  });
});

describe('frequencyPolicySchema', () => {
  it('takes days and durations', () => {
    const policy = { nurture: { max: 1, per: 'day' }, weekly: { max: 3, per: 'P7D' } };
    expect(frequencyPolicySchema.parse(policy)).toEqual(policy);
    expect(frequencyPolicySchema.safeParse({ nurture: { max: 0, per: 'day' } }).success).toBe(false);
    expect(frequencyPolicySchema.safeParse({ nurture: { max: 1, per: 'month' } }).success).toBe(false);
  });
});
