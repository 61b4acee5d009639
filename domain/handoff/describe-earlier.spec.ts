import { describe, expect, it } from '@jest/globals';
import { describeEarlier } from './describe-earlier.js';

describe('describeEarlier', () => {
  it.each([
    ['rejected', 'Not ready', 'next budget', 'Rita Sol: rejected: Not ready: next budget'],
    ['passed_on', null, null, 'Rita Sol: passed on'],
    ['expired', null, null, 'Rita Sol: expired'],
  ])('says who had it and what came of it: %s', (state, reason, note, words) => {
    expect(describeEarlier({ assignee: 'Rita Sol', state, reason, note })).toBe(words);
  });
});
