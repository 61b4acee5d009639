import { describe, expect, it } from '@jest/globals';
import { decisionRight } from './decision-rights.js';

const subject = { assigneeId: 'jonas', teamKey: 'dach', teamOwnerId: 'amara', accountableOwnerId: 'miriam' };

describe('decisionRight', () => {
  it.each([
    ['jonas', 'dach', 'decide'],
    ['amara', 'emea', 'decide'],
    ['miriam', 'marketing', 'decide'],
    ['lena', 'dach', 'see'],
    ['clara', 'emea', 'none'],
    ['nobody', null, 'none'],
  ] as const)('%s of %s: %s', (personId, teamKey, right) => {
    expect(decisionRight({ personId, teamKey }, subject)).toBe(right);
  });
});
