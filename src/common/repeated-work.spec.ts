import { mock } from 'node:test';
import { describe, expect, it } from '@jest/globals';
import { RepeatedWork } from './repeated-work.js';

/** A promise to be settled from outside. */
function gate(): { readonly promise: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { promise, open };
}

/** Milliseconds of the mocked clock, with what each of them sets off. */
async function letPass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 1) {
    mock.timers.tick(1);
    await new Promise(setImmediate);
  }
}

describe('repeated work', () => {
  it('takes the pause a turn asks for, the usual one, and a longer one after a failure', async () => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'] });
    try {
      const turns: number[] = [];
      const failures: unknown[] = [];
      const results: (() => number | void)[] = [
        () => 0,
        () => undefined,
        () => {
          throw new Error('away');
        },
      ];
      const work = new RepeatedWork(
        { everyMs: 500, afterFailureMs: 5_000 },
        async () => {
          turns.push(Date.now());
          return results[turns.length - 1]?.();
        },
        (error) => failures.push(error),
      );
      const begin = Date.now();
      work.start(100);
      await letPass(5_601);
      await work.stop();
      // No timer is shorter than a millisecond.
      expect(turns.map((at) => at - begin)).toEqual([100, 101, 601, 5_601]);
      expect(failures).toEqual([new Error('away')]);
    } finally {
      mock.timers.reset();
    }
  });

  it('is over when the turn under way is over, and does not begin another one', async () => {
    const [began, ends] = [gate(), gate()];
    let turns = 0;
    const work = new RepeatedWork(
      { everyMs: 1 },
      async () => {
        turns += 1;
        began.open();
        await ends.promise;
      },
      () => undefined,
    );
    work.start(0);
    await began.promise;
    const stopped = work.stop();
    expect(work.stopped).toBe(true);
    ends.open();
    await stopped;
    expect(turns).toBe(1);
  });
});
