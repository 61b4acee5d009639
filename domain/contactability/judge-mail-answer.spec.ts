import { describe, expect, it } from '@jest/globals';
import { judgeMailAnswer } from './judge-mail-answer.js';

const refused = (stage: string, permanent: boolean) => ({ outcome: 'refused', stage, permanent }) as const;
const judge = (answer: Parameters<typeof judgeMailAnswer>[0], attempts = 0, ledger: 'touch' | 'notice' = 'touch') =>
  judgeMailAnswer(answer, { ledger, attempts });

describe('what becomes of a claimed mail', () => {
  it.each(['touch', 'notice'] as const)('a %s that was taken is sent, one without an answer in doubt', (ledger) => {
    expect(judge({ outcome: 'accepted' }, 0, ledger)).toBe('sent');
    expect(judge({ outcome: 'unknown' }, 500, ledger)).toBe('in_doubt');
  });

  it.each([
    ['address', true, 'no_recipient'],
    ['rcpt', true, 'no_recipient'],
    ['rcpt', false, 'try_again'],
    ['data', true, 'try_again'],
    ['connect', true, 'try_again'],
  ] as const)('refused at %s for the first time, for good %s: %s', (stage, permanent, verdict) => {
    expect(judge(refused(stage, permanent))).toBe(verdict);
    expect(judge(refused(stage, permanent), 0, 'notice')).toBe(verdict);
  });

  it('is given up with the attempt that reaches the limit of its ledger', () => {
    expect(judge(refused('data', true), 10)).toBe('try_again');
    expect(judge(refused('data', true), 11)).toBe('given_up');
    expect(judge(refused('data', true), 8, 'notice')).toBe('try_again');
    expect(judge(refused('data', true), 9, 'notice')).toBe('given_up');
    expect(judge(refused('connect', false), 1_439)).toBe('try_again');
    expect(judge(refused('connect', false), 1_439, 'notice')).toBe('given_up');
  });
});
