import { describe, expect, it } from '@jest/globals';
import { gradeProfile } from './grade-profile.js';
import type { FitRule } from './score-model.js';

const rule = (id: string, points: number, group?: string): FitRule => ({
  id,
  when: { field: `profile.${id}`, op: 'exists' },
  points,
  ...(group === undefined ? {} : { group }),
});

const model = {
  fit: {
    rules: [
      rule('small', 10, 'size'),
      rule('large', 30, 'size'),
      rule('huge', 30, 'size'),
      rule('dach', 20),
      rule('student', -60),
    ],
    grades: { A: 50, B: 40, C: 20, D: 0 },
  },
};

const grade = (...holding: string[]): unknown => {
  const {
    grade: letter,
    points,
    items,
  } = gradeProfile(model, (when) => 'field' in when && holding.includes(when.field.slice('profile.'.length)));
  return [letter, points, items.map((item) => item.ruleId)];
};

describe('gradeProfile', () => {
  it('adds the rules that hold, of a group the best', () => {
    expect(grade('small', 'large', 'huge', 'dach')).toEqual(['A', 50, ['large', 'dach']]);
    expect(grade('small', 'dach')).toEqual(['C', 30, ['small', 'dach']]);
    expect(grade('dach')).toEqual(['C', 20, ['dach']]);
  });

  it('takes D as the floor', () => {
    expect(grade()).toEqual(['D', 0, []]);
    expect(grade('huge', 'student')).toEqual(['D', -30, ['huge', 'student']]);
  });

  it('names the group of an item', () => {
    expect(gradeProfile(model, (when) => 'field' in when && when.field === 'profile.large').items).toEqual([
      { ruleId: 'large', points: 30, group: 'size' },
    ]);
  });
});
