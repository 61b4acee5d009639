import { describe, expect, it } from '@jest/globals';
import { judgePrepMail, type PrepMailFacts } from './judge-prep-mail.js';

const facts: PrepMailFacts = {
  ...{ ordinal: 1, at: 1_000, handoffState: 'accepted', leadState: 'accepted', email: 'marek@valves.example' },
  ...{ returned: false, suppressed: false, complete: false, meetingAt: 2_000, expectedAt: 2_000 },
};

describe('a mail about a checklist that is due', () => {
  it.each([
    ['goes while the lead is with sales', {}, undefined],
    ['goes after the first touch too', { leadState: 'working' }, undefined],
    ['does not go once the lead came back', { leadState: 'returning' }, 'not_accepted'],
    [
      'does not go for a handoff that was given back, when the lead is with sales by another',
      { returned: true },
      'not_accepted',
    ],
    ['does not go when the acceptance was undone', { handoffState: 'offered', leadState: 'offered' }, 'not_accepted'],
    ['does not go without an address', { email: null }, 'no_address'],
    ['does not go to who wants no mail', { suppressed: true }, 'suppressed'],
    ['does not remind of what is done', { complete: true }, 'complete'],
    ['does not come to the meeting or after it', { at: 2_000 }, 'too_late'],
    ['brings the checklist after a promised first contact', { ordinal: 0, meetingAt: null, at: 3_000 }, undefined],
    ['does not remind after a promised first contact', { meetingAt: null, at: 3_000 }, 'too_late'],
  ] as const)('%s', (_name, change, reason) => {
    expect(judgePrepMail({ ...facts, ...change })).toBe(reason);
  });
});
