import { describe, expect, it } from '@jest/globals';
import { fullAnswers, leanAnswers } from './lean-answers.js';

describe('lean answers', () => {
  it('leave out what holds most of the time and get it back', () => {
    const answers = { cursor: 3, facts: [], contactable: true, dueAt: 5 };
    expect(leanAnswers(answers)).toEqual({ cursor: 3, dueAt: 5 });
    expect(fullAnswers(leanAnswers(answers))).toEqual(answers);
  });

  it('say when the sync looked, whatever the clock of a replay says', () => {
    const answers = { cursor: 3, facts: [], contactable: true, at: 1_000 };
    expect(fullAnswers(leanAnswers(answers), 9_000)).toEqual(answers);
    expect(fullAnswers({ cursor: 3 }, 9_000).at).toBe(9_000);
  });

  it('keep facts and a lead that may not be contacted', () => {
    const answers = { cursor: 3, facts: [{ seq: 3, at: 1, kind: 'unsubscribed' }], contactable: false };
    expect(fullAnswers(leanAnswers(answers))).toEqual(answers);
  });
});
