import { describe, expect, it } from '@jest/globals';
import { cadenceSchema } from './cadence.schema.js';
import { lintCadence } from './lint-cadence.js';

const known = {
  templates: ['welcome', 'guide'],
  frequencyClasses: ['nurture'],
  engagementKinds: ['email_click', 'page_view'],
  profileFields: ['employees'],
  highestScore: 100,
};
const lint = (steps: unknown[], more: object = {}) =>
  lintCadence(cadenceSchema.parse({ key: 'c', name: 'C', window: 'any', steps, ...more }), known).map(
    (problem) => `${problem.severity} ${problem.path} ${problem.code}`,
  );
const email = (id: string, next?: string) => ({ id, email: { template: 'guide' }, ...(next ? { next } : {}) });
const waitFor = (id: string, any: object[], timeout: object) => ({ id, wait_for: { any, timeout } });

describe('lintCadence', () => {
  it('finds nothing in a sound cadence', () => {
    expect(
      lint(
        [
          email('first'),
          waitFor('response', [{ engagement: 'email_click', where: { touch: 'first' }, then: 'leave' }], {
            after: 'P3D',
            then: 'second',
          }),
          email('second'),
          { id: 'rest', wait: 'P2D', next: 'leave' },
          { id: 'leave', exit: 'completed' },
        ],
        { frequency: 'nurture', entry: { field: 'profile.employees', op: '>', value: 5 }, exits: ['replied'] },
      ),
    ).toEqual([]);
  });

  it.each<[string, unknown[], string[]]>([
    ['two steps of one name', [email('a'), email('a')], ['error steps.1.id duplicate-id']],
    ['a step that does not exist', [email('a', 'b')], ['error steps.0.next missing-target']],
    [
      'targets of waits and branches',
      [
        waitFor('w', [{ score: 5, then: 'x' }], { after: 'P1D', then: 'y' }),
        { id: 'b', branch: { cases: [{ when: { field: 'tag', op: 'exists' }, then: 'x' }], otherwise: 'y' } },
      ],
      [
        'error steps.0.wait_for.any.0.then missing-target',
        'error steps.0.wait_for.timeout.then missing-target',
        'error steps.1.branch.cases.0.then missing-target',
        'error steps.1.branch.otherwise missing-target',
      ],
    ],
    ['a step no way leads to', [email('a', 'c'), email('b'), email('c')], ['error steps.1 unreachable-step']],
    ['a step after an exit', [email('a'), { id: 'x', exit: 'done' }, email('b')], ['error steps.2 step-after-exit']],
    [
      'the targets of a split and a goto',
      [
        {
          id: 's',
          split: {
            arms: [
              { weight: 1, then: 'x' },
              { weight: 1, then: 'g' },
            ],
          },
        },
        { id: 'g', goto: { to: 'y', max: 2, then: 'z' } },
      ],
      [
        'error steps.0.split.arms.0.then missing-target',
        'error steps.1.goto.to missing-target',
        'error steps.1.goto.then missing-target',
      ],
    ],
    [
      'nothing in a loop that a goto ends',
      [email('a'), { id: 'g', goto: { to: 'a', max: 2, then: 'x' } }, { id: 'x', exit: 'done' }],
      [],
    ],
    [
      'a loop that leaves a goto at its end',
      [email('a'), { id: 'g', goto: { to: 'x', max: 2, then: 'a' } }, { id: 'x', exit: 'done' }],
      ['error steps.0 loop-without-wait'],
    ],
    [
      'a field no lead has',
      [{ id: 's', set: { profile: { employes: 5 } } }],
      ['error steps.0.set.profile.employes unknown-field'],
    ],
    ['a loop of touches', [email('a'), email('b', 'a')], ['error steps.0 loop-without-wait']],
    [
      'a loop through an option that can be won on entry',
      [waitFor('w', [{ score: 5, then: 'w' }], { after: 'P1D', then: 'x' }), { id: 'x', exit: 'done' }],
      ['error steps.0 loop-without-wait'],
    ],
    ['a wait of no length', [email('a'), { id: 'w', wait: 'PT0S', next: 'a' }], ['error steps.0 loop-without-wait']],
    ['a loop with a wait', [email('a'), { id: 'w', wait: 'P30D', next: 'a' }], ['warning steps.0 endless-loop']],
    [
      'a loop through a time-out',
      [email('a'), waitFor('w', [{ score: 5, then: 'x' }], { after: 'P1D', then: 'a' }), { id: 'x', exit: 'done' }],
      ['warning steps.0 endless-loop'],
    ],
    [
      'a template that does not exist',
      [{ id: 'a', email: { template: 'gone' } }],
      ['error steps.0.email.template unknown-template'],
    ],
    [
      'what a wait looks at',
      [
        waitFor(
          'w',
          [
            { engagement: 'fax', then: 'x' },
            { engagement: 'email_click', where: { touch: 'x' }, then: 'x' },
            { score: 101, then: 'x' },
            { when: { field: 'profile.size', op: 'exists' }, then: 'x' },
          ],
          { after: 'P1D', then: 'x' },
        ),
        { id: 'x', exit: 'done' },
      ],
      [
        'error steps.0.wait_for.any.0.engagement unknown-kind',
        'error steps.0.wait_for.any.1.where.touch unknown-touch',
        'error steps.0.wait_for.any.2.score out-of-reach',
        'error steps.0.wait_for.any.3.when.field unknown-field',
      ],
    ],
  ])('%s', (_name, steps, expected) => {
    expect(lint(steps)).toEqual(expected);
  });

  it('lets an air cover offer nothing', () => {
    const steps = [email('a'), { id: 'o', offer: { reason: 'asked on the phone' } }];
    expect(lint(steps)).toEqual([]);
    expect(lint(steps, { phase: 'air_cover' })).toEqual(['error steps.1.offer offer-in-air-cover']);
  });

  it('looks at entry, guards and frequency', () => {
    const bad = { field: 'profile.size', op: 'exists' };
    expect(
      lint([email('a')], { entry: bad, exits: ['replied', { when: bad, reason: 'size' }], frequency: 'daily' }),
    ).toEqual([
      'error entry.field unknown-field',
      'error frequency unknown-frequency',
      'error exits.1.when.field unknown-field',
    ]);
  });
});
