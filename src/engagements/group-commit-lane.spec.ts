import { describe, expect, it } from '@jest/globals';
import { GroupCommitLane } from './group-commit-lane.js';

const away = new Error('away');

/** A lane whose commits wait for `release`, and what each of them was given. */
function heldLane(fail: (items: readonly number[]) => Error | undefined = () => undefined) {
  const commits: number[][] = [];
  const gates: (() => void)[] = [];
  const lane = new GroupCommitLane<number, number>(
    async (items) => {
      commits.push([...items]);
      await new Promise<void>((resolve) => gates.push(resolve));
      const error = fail(items);
      if (error !== undefined) throw error;
      return items.map((item) => item * 10);
    },
    { maxItems: 4, maxWaiting: 10, full: () => new Error('full'), concernsAll: (error) => error === away },
  );
  const release = async () => {
    while (gates.length > 0) {
      gates.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const started = () => new Promise((resolve) => setImmediate(resolve));
  return { lane, commits, release, started };
}

describe('GroupCommitLane', () => {
  it('commits together what came during the commit before', async () => {
    const { lane, commits, release, started } = heldLane();
    const first = lane.submit([1]);
    await started();
    const others = [lane.submit([2]), lane.submit([3, 4])];
    await release();
    expect(await first).toEqual([10]);
    expect(await Promise.all(others)).toEqual([[20], [30, 40]]);
    expect(commits).toEqual([[1], [2, 3, 4]]);
  });

  it('cuts a commit at its size but never a submission', async () => {
    const { lane, commits, release, started } = heldLane();
    const all = [lane.submit([0]), lane.submit([1, 2, 3]), lane.submit([4, 5]), lane.submit([6, 7, 8])];
    await started();
    await release();
    await Promise.all(all);
    expect(commits).toEqual([
      [0, 1, 2, 3],
      [4, 5],
      [6, 7, 8],
    ]);
  });

  it('lets only the submission fail that broke the commit', async () => {
    const { lane, release, started } = heldLane((items) => (items.includes(2) ? new Error('bad') : undefined));
    const all = Promise.allSettled([lane.submit([1]), lane.submit([2]), lane.submit([3])]);
    await started();
    await release();
    expect((await all).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('does not try one by one what concerns all', async () => {
    const { lane, commits, release, started } = heldLane(() => away);
    const all = Promise.allSettled([lane.submit([1]), lane.submit([2])]);
    await started();
    await release();
    expect((await all).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(commits).toHaveLength(1);
  });

  it('refuses what would make the queue too long, and goes on after', async () => {
    const { lane, release, started } = heldLane();
    const first = lane.submit([0]);
    await started();
    const queued = lane.submit([1, 2, 3, 4, 5, 6]);
    await expect(lane.submit([7, 8, 9, 10, 11])).rejects.toThrow('full');
    await release();
    expect(await first).toEqual([0]);
    expect(await queued).toHaveLength(6);
    const later = lane.submit([7]);
    await started();
    await release();
    expect(await later).toEqual([70]);
  });
});
