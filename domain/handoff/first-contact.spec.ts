import { describe, expect, it } from '@jest/globals';
import { firstContactBy } from './first-contact.js';

const zone = 'Europe/Zurich';
const utc = (text: string) => Date.parse(`${text}:00Z`);

describe('firstContactBy', () => {
  it.each([
    ['today', '2026-04-21T08:42', '2026-04-21T22:00'],
    ['tomorrow', '2026-04-21T08:42', '2026-04-22T22:00'],
    ['this_week', '2026-04-21T08:42', '2026-04-24T22:00'],
    ['this_week', '2026-04-24T20:00', '2026-04-24T22:00'],
    ['this_week', '2026-04-25T08:00', '2026-04-26T22:00'],
    // Half past midnight in Zurich is still yesterday in UTC.
    ['today', '2026-04-20T22:30', '2026-04-21T22:00'],
    ['tomorrow', '2026-03-28T12:00', '2026-03-29T22:00'],
  ] as const)('%s at %s is %s', (choice, at, end) => {
    expect(firstContactBy(choice, zone, utc(at))).toBe(utc(end));
  });
});
