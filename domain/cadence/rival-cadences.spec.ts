import { describe, expect, it } from '@jest/globals';
import { cadenceSchema } from './cadence.schema.js';
import { leftAtStep, rivalsOf } from './rival-cadences.js';

const cadence = (key: string, more: object = {}) =>
  cadenceSchema.parse({ key, name: key, window: 'any', steps: [{ id: 'rest', wait: 'P1D' }], ...more });

describe('rivalsOf', () => {
  it('are those of higher priority for leads in marketing’s hands', () => {
    const running = cadence('running', { priority: 10 });
    const all = [
      running,
      cadence('equal', { priority: 10 }),
      cadence('lower', { priority: 9 }),
      cadence('higher', { priority: 11 }),
      cadence('cover', { priority: 50, phase: 'air_cover' }),
    ];
    expect(rivalsOf(all, running).map(({ key }) => key)).toEqual(['higher']);
  });

  it('is never another edition of the same cadence', () => {
    expect(rivalsOf([cadence('same', { priority: 20 })], cadence('same', { priority: 10 }))).toEqual([]);
  });
});

describe('leftAtStep', () => {
  const past = [
    { key: 'walk', enteredAt: 1, endedAt: 2, exitReason: 'partner', step: 'gone' },
    { key: 'walk', enteredAt: 3, endedAt: 4, exitReason: 'partner', step: 'rest' },
    { key: 'other', enteredAt: 5, endedAt: 6, exitReason: 'partner', step: 'other' },
  ];

  it('is where the last enrollment of the cadence stood, by the policy `resume` alone', () => {
    expect(leftAtStep(cadence('walk', { reentry: 'resume' }), past)).toBe('rest');
    expect(leftAtStep(cadence('walk', { reentry: 'restart' }), past)).toBeUndefined();
  });

  it('is the beginning where the version in force does not have the step any more', () => {
    expect(leftAtStep(cadence('walk', { reentry: 'resume' }), past.slice(0, 1))).toBeUndefined();
    expect(leftAtStep(cadence('walk', { reentry: 'resume' }), [])).toBeUndefined();
  });
});
