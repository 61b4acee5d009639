import { describe, expect, it } from '@jest/globals';
import { describeRecycle } from './describe-recycle.js';

describe('describeRecycle', () => {
  it.each([
    [undefined, 'marketing decides'],
    [{ disqualify: true, credit: 'reverse' }, 'ends, credit reversed'],
    [{ to: 'resume', earliestAfter: 'P30D', score: 0.5, credit: 'keep' }, 'resumes in 30 days, half score'],
    [{ to: 'resume', score: 1, credit: 'keep' }, 'resumes'],
    [
      { to: { cadence: 'find-the-buyer' }, score: 0.25, credit: 'reverse' },
      'goes into find the buyer, 25 % of the score, credit reversed',
    ],
  ] as const)('%j: %s', (rule, words) => {
    expect(describeRecycle(rule)).toBe(words);
  });
});
