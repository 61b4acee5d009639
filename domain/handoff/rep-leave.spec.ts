import { describe, expect, it } from '@jest/globals';
import { leaveOf } from './rep-leave.js';

const there = { active: true, zone: 'America/New_York', away: [{ from: '2026-12-21', to: '2026-12-23' }] };
const at = (text: string): number => Date.parse(text);

describe('leaveOf', () => {
  it('is the leave of who is not active, whatever the absences say', () => {
    expect(leaveOf({ ...there, active: false }, at('2026-12-22T12:00:00Z'))).toEqual({ why: 'inactive' });
  });

  it('counts the local days of an absence from its first midnight to its last', () => {
    // Midnight of New York in winter is 05:00 UTC.
    const since = at('2026-12-21T05:00:00Z');
    expect(leaveOf(there, since - 1)).toBeUndefined();
    expect(leaveOf(there, since)).toEqual({ why: 'away', since });
    expect(leaveOf(there, at('2026-12-24T04:59:59Z'))).toEqual({ why: 'away', since });
    expect(leaveOf(there, at('2026-12-24T05:00:00Z'))).toBeUndefined();
  });
});
