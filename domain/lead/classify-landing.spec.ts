import { describe, expect, it } from '@jest/globals';
import { classifyLanding } from './classify-landing.js';

const now = { step: 'settle', dueAt: 10, words: 'Wait 2 days' };

describe('classifyLanding', () => {
  it.each([
    ['keeps', now],
    ['content', { ...now, words: 'Wait 3 days' }],
    ['time', { ...now, dueAt: 12, words: 'Wait 3 days' }],
    ['moves', { ...now, step: 'rest' }],
    ['leaves', undefined],
  ] as const)('%s', (change, lands) => {
    expect(classifyLanding(now, lands)).toBe(change);
  });
});
