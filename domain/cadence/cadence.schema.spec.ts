import { describe, expect, it } from '@jest/globals';
import { cadenceSchema } from './cadence.schema.js';

const base = { key: 'walk', name: 'Walk', window: 'any', steps: [{ id: 'a', email: { template: 'welcome' } }] };
const messages = (change: object) => {
  const result = cadenceSchema.safeParse({ ...base, ...change });
  return result.success ? [] : result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
};

describe('cadenceSchema', () => {
  it('fills in what a short document leaves out', () => {
    expect(cadenceSchema.parse(base)).toEqual({
      ...base,
      goal: 'qualified',
      priority: 0,
      reentry: 'never',
      spread: 'PT0S',
      minGap: 'PT0S',
      exits: [],
      steps: [{ id: 'a', email: { template: 'welcome', from: 'brand' } }],
    });
  });

  it('names the kinds available for one it does not know', () => {
    expect(messages({ steps: [{ id: 'a', dance: { to: 'music' } }] })[0]).toBe(
      'steps.0: unknown step kind or key dance; the kinds available are email, wait, wait_for, branch, split, todo, set, goto, offer, webhook, exit',
    );
  });

  it.each<[object, RegExp]>([
    [{ steps: [] }, /^steps: a cadence needs at least one step$/],
    [{ steps: [{ id: 'a' }] }, /^steps\.0: step a needs exactly one of .*; it has none$/],
    [{ steps: [{ id: 'a', wait: 'P1D', exit: 'x' }] }, /it has wait and exit$/],
    [{ steps: [{ id: 'a', exit: 'x', next: 'b' }] }, /^steps\.0\.next: `next` belongs to email and wait/],
    [{ steps: [{ id: 'A b', exit: 'x' }] }, /^steps\.0\.id: write keys and ids in kebab-case/],
    [{ steps: [{ id: 'a', wait: '2 days' }] }, /^steps\.0\.wait: write an ISO-8601 duration/],
    [{ steps: [{ id: 'a', wait_for: { any: [{ score: 5, then: 'b' }] } }] }, /timeout: wait_for needs a timeout/],
    [{ window: undefined }, /^window: say when touches may go/],
    [{ window: { days: ['mon'], from: '9:00', to: '17:00' } }, /^window/],
    [{ reentry: 'always' }, /^reentry: `reentry` is never, restart, resume or/],
    [{ exits: ['bounced'] }, /^exits\.0: an exit guard is unsubscribed, replied or/],
    [{ steps: [{ id: 'a', set: {} }] }, /^steps\.0\.set: set needs a `tag`, an `untag` or `profile` fields/],
    [{ steps: [{ id: 'a', set: { profile: { email: 'x' } } }] }, /^steps\.0\.set\.profile\.email: .*field of the lead/],
    [
      { steps: [{ id: 'a', split: { arms: [{ weight: 1, then: 'b' }] } }] },
      /^steps\.0\.split\.arms: a split needs at least two/,
    ],
    [{ steps: [{ id: 'a', goto: { to: 'a', then: 'b' } }] }, /^steps\.0\.goto\.max: `max` says how often/],
    [{ colour: 'red' }, /^: a cadence has no colour; it takes key, name/],
  ])('says what is wrong with %j', (change, expected) => {
    expect(messages(change)).toEqual([expect.stringMatching(expected)]);
  });

  it('wants exactly one thing in an option', () => {
    const option = (one: object) =>
      messages({ steps: [{ id: 'a', wait_for: { any: [one], timeout: { after: 'P1D', then: 'a' } } }] });
    expect(option({ engagement: 'email_click', score: 3, then: 'a' })[0]).toMatch(
      /exactly one of .* here engagement and score$/,
    );
    expect(option({ score: 3, count: 2, then: 'a' })[0]).toMatch(/count: `count` belongs to an engagement$/);
  });
});
