import { describe, expect, it } from '@jest/globals';
import { mayReadWords, type WordsReader } from './may-read-words.js';

const LEAD = { people: ['ines', 'jonas', 'amara'], teams: ['dach'] };
const reader = (over: Partial<WordsReader>): WordsReader => ({
  ...{ personId: 'clara', teamKey: 'emea', side: 'sales' as const },
  ...over,
});

describe('what is said about a lead', () => {
  it.each([
    ['everybody in marketing reads', { side: 'marketing' as const, teamKey: 'marketing' }, true],
    ['who answers for it reads, whatever the team', { personId: 'jonas' }, true],
    ['the team it was offered to reads', { teamKey: 'dach' }, true],
    ['another sales team does not read', {}, false],
    ['a person without a team does not read', { teamKey: null, side: null }, false],
  ])('%s', (_what, over, may) => {
    expect(mayReadWords(reader(over), LEAD)).toBe(may);
  });

  it('is nothing for sales before the first offer', () => {
    expect(mayReadWords(reader({ teamKey: 'dach' }), { people: ['ines'], teams: [] })).toBe(false);
  });
});
