import { describe, expect, it } from '@jest/globals';
import { noticeIsTriedAgain, touchIsTriedAgain } from './mail-retry.js';

describe('a touch that was certainly not delivered', () => {
  it('is tried for as long as the mail server is away', () => {
    for (const stage of ['connect', 'greeting', 'auth', 'timeout']) {
      expect(touchIsTriedAgain({ stage, permanent: true, attempts: 10_000 })).toBe(true);
    }
  });

  it('is given up when the server refuses this very mail again and again', () => {
    expect(touchIsTriedAgain({ stage: 'dot', permanent: true, attempts: 11 })).toBe(true);
    expect(touchIsTriedAgain({ stage: 'dot', permanent: true, attempts: 12 })).toBe(false);
    expect(touchIsTriedAgain({ stage: 'rcpt', permanent: false, attempts: 249 })).toBe(true);
    expect(touchIsTriedAgain({ stage: 'rcpt', permanent: false, attempts: 250 })).toBe(false);
  });
});

describe('a notice that was certainly not delivered', () => {
  it('is given up after minutes when it is refused for good, after a day in any case', () => {
    expect(noticeIsTriedAgain({ stage: 'data', permanent: true, attempts: 9 })).toBe(true);
    expect(noticeIsTriedAgain({ stage: 'data', permanent: true, attempts: 10 })).toBe(false);
    expect(noticeIsTriedAgain({ stage: 'connect', permanent: false, attempts: 1_439 })).toBe(true);
    expect(noticeIsTriedAgain({ stage: 'connect', permanent: false, attempts: 1_440 })).toBe(false);
  });
});
