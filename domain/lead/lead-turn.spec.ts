import { describe, expect, it } from '@jest/globals';
import { compareTurns } from './lead-turn.js';

describe('of two tries of workflow tasks', () => {
  it.each([
    ['the longer history is later, whatever the clocks say', ['r', 9, 500], ['r', 12, 400]],
    ['the later start, of repeats of one task', ['r', 12, 400], ['r', 12, 500]],
    ['the later start, when the run continued as new', ['r', 400, 400], ['s', 3, 500]],
    ['the later start, when the run was reset', ['s', 400, 400], ['r', 30, 500]],
  ] as const)('%s', (_name, older, newer) => {
    const [a, b] = [older, newer].map(([run, length, at]) => ({ run, length, at }));
    if (!a || !b) throw new Error('two tries');
    expect(compareTurns(a, b)).toBeLessThan(0);
    expect(compareTurns(b, a)).toBeGreaterThan(0);
    expect(compareTurns(a, a)).toBe(0);
  });
});
