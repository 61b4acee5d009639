import { describe, expect, it } from '@jest/globals';
import { decisionRight, mayNameOther } from './decision-rights.js';

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

describe('mayNameOther', () => {
  it.each([
    [['rep'], ['sales'], false],
    [['marketer'], ['marketing'], false],
    [['team_owner'], ['sales'], true],
    [['operator'], ['sales'], true],
    [['rep'], ['admin'], true],
  ])('roles %j with scopes %j: %s', (roles, scopes, may) => {
    expect(mayNameOther(roles, scopes)).toBe(may);
  });
});
