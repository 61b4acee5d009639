import { describe, expect, it } from '@jest/globals';
import { chooseChecklist } from './choose-checklist.js';
import { lintPrep } from './lint-prep.js';
import { ownerOf, prepPolicySchema } from './prep-policy.schema.js';

const items = [{ key: 'list', ask: 'Send us your list', kind: 'confirm' }];
const policy = prepPolicySchema.parse([
  { key: 'site-walk', for: ['meeting_booked'], items },
  { key: 'demo', items },
  { key: 'default', items },
]);
const chosen = (kind: string | null): string | undefined => chooseChecklist(policy, kind)?.key;

describe('the checklist of a handoff', () => {
  it('is the one that names the kind of hand-raise', () => {
    expect(chosen('meeting_booked')).toBe('site-walk');
  });

  it('is without `for` the one whose key begins the kind', () => {
    expect(chosen('demo_request')).toBe('demo');
    expect(chosen('demonstration')).toBe('default');
  });

  it('is the default for every other kind and without a hand-raise', () => {
    expect(chosen('quote_request')).toBe('default');
    expect(chosen(null)).toBe('default');
    expect(chooseChecklist(policy.slice(0, 2), 'quote_request')).toBeUndefined();
  });
});

describe('prepPolicySchema', () => {
  const messages = (item: object) => {
    const result = prepPolicySchema.safeParse([{ key: 'demo', items: [item] }]);
    return result.success ? [] : result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  };

  it('names the key that is not known and the kinds there are', () => {
    const item = { key: 'list', ask: 'Send us your list', kind: 'tick', due: 'P1D' };
    expect(messages(item)).toEqual([
      '0.items.0.kind: an item is of kind confirm or obstacle',
      '0.items.0: an item has no due; it takes key, ask, hint, kind, owner',
    ]);
  });

  it('names the reminder that is no duration', () => {
    const result = prepPolicySchema.safeParse([{ key: 'demo', items, remind: ['P1D', 'tomorrow'] }]);
    expect(result.error?.issues.map(({ path }) => path.join('.'))).toEqual(['0.remind.1']);
  });

  it('gives confirmations to the lead and obstacles to the rep, unless it says otherwise', () => {
    const item = { key: 'list', ask: 'Send us your list' };
    expect(ownerOf({ ...item, kind: 'confirm' })).toBe('lead');
    expect(ownerOf({ ...item, kind: 'obstacle' })).toBe('rep');
    expect(ownerOf({ ...item, kind: 'confirm', owner: 'rep' })).toBe('rep');
  });
});

describe('lintPrep', () => {
  const problems = (given: object) =>
    lintPrep(prepPolicySchema.parse([{ key: 'default', items, ...given }]), undefined).map(
      ({ path, code }) => `${path} ${code}`,
    );

  it('takes reminders that come before the meeting, each once', () => {
    expect(problems({ remind: ['P1D', 'PT2H'] })).toEqual([]);
    expect(problems({ remind: ['PT0S'] })).toEqual(['0.remind.0 useless-reminder']);
    expect(problems({ remind: ['P1D', 'PT2H', 'PT24H'] })).toEqual(['0.remind.2 useless-reminder']);
  });

  it('refuses a second item of a key, and the key that the page asks itself', () => {
    const [item] = items;
    expect(problems({ items: [item, { ...item, ask: 'Again' }] })).toEqual(['0.items.1.key duplicate-key']);
    expect(problems({ items: [item, { ...item, key: 'another-time' }] })).toEqual(['0.items.1.key reserved-key']);
  });
});
