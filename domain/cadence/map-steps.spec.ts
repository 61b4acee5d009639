import { describe, expect, it } from '@jest/globals';
import type { CadencePlan, PlanStep } from './cadence-plan.js';
import { mapSteps, touchNext } from './map-steps.js';

const plan = (version: number, steps: Record<string, PlanStep>): CadencePlan => ({
  ...{ key: 'nurture', version, versionId: `v${version}`, start: Object.keys(steps)[0] ?? '$end', exits: [] },
  steps: { ...steps, $end: { kind: 'exit', reason: 'completed' } },
});

const from = plan(1, {
  hello: { kind: 'email', next: 'settle' },
  settle: { kind: 'wait', next: 'ask' },
  ask: { kind: 'wait_for', any: ['last'], timeout: 'again' },
  again: { kind: 'goto', to: 'hello', max: 1, then: 'last' },
  last: { kind: 'email', next: '$end' },
});
const to = plan(2, {
  hello: { kind: 'email', next: 'pause' },
  pause: { kind: 'wait', next: 'ask' },
  ask: { kind: 'todo', dispositions: { reached: 'leave' }, overdue: 'last' },
  mark: { kind: 'set', next: 'last' },
  last: { kind: 'email', next: 'leave' },
  leave: { kind: 'exit', reason: 'done' },
});

describe('mapSteps', () => {
  it('leaves steps of the same id and kind alone and moves the others, with the clock only inside one kind', () => {
    expect(mapSteps(from, to, { settle: 'pause' })).toEqual({
      moves: { settle: { to: 'pause', keepsClock: true }, ask: { to: 'ask' } },
      fresh: [],
      problems: [],
    });
    expect(mapSteps(from, to, { settle: 'last', last: '$end' }).moves).toEqual({
      settle: { to: 'last' },
      ask: { to: 'ask' },
      last: { to: '$end' },
    });
  });

  it('asks for a place for every step that is gone and on which a lead can stand', () => {
    expect(mapSteps(from, to, {}).problems).toEqual([{ step: 'settle', code: 'unmapped' }]);
    expect(mapSteps(from, plan(2, {}), {}).problems.map(({ step }) => step)).toEqual([
      'hello',
      'settle',
      'ask',
      'last',
    ]);
  });

  it('refuses a place that is not there, and one that nobody stands on', () => {
    expect(mapSteps(from, to, { settle: 'nowhere', last: 'mark' }).problems).toEqual([
      { step: 'settle', code: 'unknown_target' },
      { step: 'last', code: 'passed_through' },
    ]);
    expect(mapSteps(from, to, { settle: 'toString' }).problems).toEqual([{ step: 'settle', code: 'unknown_target' }]);
  });

  it('names steps that send only in the new version', () => {
    const turned = plan(3, { hello: { kind: 'email', next: 'settle' }, settle: { kind: 'email', next: 'new' } });
    const wider = { ...turned, steps: { ...turned.steps, new: { kind: 'email', next: '$end' } as const } };
    expect(mapSteps(from, wider, { ask: 'settle', last: 'settle' }).fresh).toEqual(['settle']);
  });
});

describe('touchNext', () => {
  it('is the step after one that sends or offers', () => {
    expect(touchNext({ kind: 'email', next: 'a' })).toBe('a');
    expect(touchNext({ kind: 'offer', next: 'b' })).toBe('b');
    expect(touchNext({ kind: 'wait', next: 'a' })).toBeUndefined();
    expect(touchNext({ kind: 'set', next: 'a' })).toBeUndefined();
    expect(touchNext({ kind: 'exit', reason: 'done' })).toBeUndefined();
  });
});
