import { describe, expect, it } from '@jest/globals';
import { chooseArm } from './choose-arm.js';
import type { SplitStep } from './steps/step-kinds.schema.js';

const split = (...weights: number[]): SplitStep => ({
  id: 'arms',
  split: { arms: weights.map((weight, index) => ({ weight, then: `arm-${index}` })) },
});

describe('chooseArm', () => {
  it('sends leads in the shares of the weights', () => {
    const counts = new Map<number, number>();
    for (let lead = 0; lead < 20_000; lead += 1) {
      const arm = chooseArm(split(50, 30, 20), `lead-${lead}`);
      counts.set(arm, (counts.get(arm) ?? 0) + 1);
    }
    // Three standard deviations of 20,000 draws are below 1.1 points.
    for (const [arm, share] of [
      [0, 0.5],
      [1, 0.3],
      [-1, 0.2],
    ] as const) {
      expect(Math.abs((counts.get(arm) ?? 0) / 20_000 - share)).toBeLessThan(0.011);
    }
  });

  it('sends the same lead the same way again, and another step another way', () => {
    const leads = Array.from({ length: 200 }, (_, index) => `lead-${index}`);
    const first = leads.map((lead) => chooseArm(split(1, 1), lead));
    expect(leads.map((lead) => chooseArm(split(1, 1), lead))).toEqual(first);
    const other = leads.map((lead) => chooseArm({ ...split(1, 1), id: 'later' }, lead));
    const same = other.filter((arm, index) => arm === first[index]).length;
    expect(same).toBeGreaterThan(60);
    expect(same).toBeLessThan(140);
  });
});
