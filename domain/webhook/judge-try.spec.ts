import { describe, expect, it } from '@jest/globals';
import { judgeTry } from './judge-try.js';

const HOUR = 3_600_000;

describe('one try of a delivery', () => {
  it.each([200, 201, 202, 204, 299])('is delivered by %p', (status) => {
    expect(judgeTry(1, { status })).toEqual({ state: 'delivered' });
  });

  it.each([
    [301, 'redirected'],
    [307, 'redirected'],
    [304, 'redirected'],
    [400, 'status_400'],
    [404, 'status_404'],
    [429, 'status_429'],
    [500, 'status_500'],
    [199, 'status_199'],
  ])('is tried again after %p', (status, why) => {
    expect(judgeTry(1, { status })).toEqual({ state: 'failed', why, pauseMs: 5_000 });
  });

  it('fails when the answer did not end, whatever its status', () => {
    expect(judgeTry(2, { status: 200, error: 'timed_out' })).toEqual({
      state: 'failed',
      why: 'timed_out',
      pauseMs: 300_000,
    });
  });

  it('ends for good with 410', () => {
    expect(judgeTry(1, { status: 410 })).toEqual({ state: 'dead', why: 'gone', gone: true });
  });

  it('goes on for three days and three and a half hours, then ends', () => {
    const pauses: number[] = [];
    let no = 1;
    for (; ; no += 1) {
      const verdict = judgeTry(no, { error: 'unreachable' });
      if (verdict.state !== 'failed') {
        expect(verdict).toEqual({ state: 'dead', why: 'unreachable', gone: false });
        break;
      }
      pauses.push(verdict.pauseMs);
    }
    expect(no).toBe(10);
    // 5 s + 5 min + 30 min + 2 h + 5 h + 10 h + 14 h + 20 h + 24 h
    expect(pauses.reduce((sum, one) => sum + one, 0)).toBe(5_000 + 35 * 60_000 + 75 * HOUR);
  });

  it('waits longer when the receiver asks for it, a day at most, never shorter', () => {
    const pause = (retryAfterMs: number): unknown => judgeTry(1, { status: 503, retryAfterMs });
    expect(pause(60_000)).toMatchObject({ pauseMs: 60_000 });
    expect(pause(1)).toMatchObject({ pauseMs: 5_000 });
    expect(pause(400 * HOUR)).toMatchObject({ pauseMs: 24 * HOUR });
  });
});
