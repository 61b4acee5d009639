import { describe, expect, it } from '@jest/globals';
import { type FakeFacts, fakeFacts } from '../condition/fake-facts.js';
import { definitionSchema } from './definition.schema.js';
import { judgeDefinition, type QualificationQuery } from './judge-definition.js';
import { lintDefinition } from './lint-definition.js';
import { missingMandatory } from './missing-mandatory.js';
import { whatIsMissing } from './what-is-missing.js';

const standard = {
  key: 'default',
  rank: 10,
  mandatory: ['email', 'company', 'country', 'profile.employees'],
  rules: [
    { id: 'hand-raise', when: { field: 'hand_raise', op: 'exists' } },
    {
      id: 'engaged-and-fits',
      when: {
        all: [
          { field: 'score', op: '>=', value: 60 },
          { field: 'grade', op: 'in', value: ['A', 'B', 'C'] },
        ],
      },
    },
  ],
};
const definition = (change: object = {}) => definitionSchema.parse({ ...standard, ...change });
const definitions = [{ id: 'v1', document: definition() }];
const judge = (facts: FakeFacts, query: Partial<QualificationQuery> = {}) =>
  judgeDefinition(definitions, fakeFacts(facts), { at: 90_000, from: 0, ...query });
const raise = (at: number) => ({ kind: 'demo_request', at, seq: at });
const view = (at: number) => ({ kind: 'page_view', at, seq: at, properties: {} });

describe('judgeDefinition', () => {
  it('names the rule that held first and when', () => {
    const facts = { items: [{ at: 20_000, points: 60 }], engagements: [view(20_000)], handRaises: [raise(30_000)] };
    expect(judge(facts)).toEqual({ ruleId: 'engaged-and-fits', definitionVersionId: 'v1', at: 20_000 });
    expect(judge(facts, { at: 19_999 })).toBeUndefined();
  });

  it('takes the first written of two rules at one instant', () => {
    const facts = { items: [{ at: 20_000, points: 60 }], engagements: [view(20_000)], handRaises: [raise(20_000)] };
    expect(judge(facts)?.ruleId).toBe('hand-raise');
    expect(judge(facts, { from: 50_000 })).toMatchObject({
      ruleId: 'hand-raise',
      definitionVersionId: 'v1',
      at: 50_000,
    });
  });

  it('lets a hand-raise pass for every grade, a score only for those named', () => {
    expect(judge({ grade: 'D', items: [{ at: 0, points: 90 }] })).toBeUndefined();
    expect(judge({ grade: 'D', handRaises: [raise(5_000)] })?.ruleId).toBe('hand-raise');
  });

  it('sees a fading negative lift the score over the threshold', () => {
    const items = [
      { at: 0, points: 70 },
      { at: 0, points: -20, halfLifeMs: 10_000 },
    ];
    expect(judge({ items })?.at).toBe(10_000);
  });

  it('needs a counted fact later than the return', () => {
    const facts = { items: [{ at: 0, points: 80 }], engagements: [view(10_000)], handRaises: [raise(10_000)] };
    expect(judge(facts, { sinceAt: 10_000 })).toBeUndefined();
    const again = { ...facts, engagements: [view(10_000), view(40_000)] };
    expect(judge(again, { sinceAt: 10_000 })).toEqual({
      ruleId: 'engaged-and-fits',
      definitionVersionId: 'v1',
      at: 40_000,
    });
  });

  it('does not take an earlier hand-raise for a new one', () => {
    const facts = { engagements: [view(10_000), view(40_000)], handRaises: [raise(10_000)] };
    expect(judge(facts, { sinceAt: 10_000 })).toBeUndefined();
    expect(judge({ ...facts, handRaises: [raise(10_000), raise(50_000)] }, { sinceAt: 10_000 })?.at).toBe(50_000);
  });

  it('lets only a hand-raise pass before the earliest return', () => {
    const facts = { items: [{ at: 0, points: 80 }], engagements: [view(40_000)], handRaises: [raise(10_000)] };
    expect(judge(facts, { sinceAt: 10_000, onlyHandRaise: true })).toBeUndefined();
    const asked = { ...facts, handRaises: [raise(10_000), raise(50_000)] };
    expect(judge(asked, { sinceAt: 10_000, onlyHandRaise: true })).toEqual({
      ruleId: 'hand-raise',
      definitionVersionId: 'v1',
      at: 50_000,
      handRaise: true,
    });
  });

  it('uses the definition of the lead’s segment, by rank', () => {
    const swiss = definition({
      key: 'swiss',
      rank: 5,
      segment: { field: 'country', op: '=', value: 'CH' },
      rules: [{ id: 'any-click', when: { field: 'engagement.email_click', op: 'exists' } }],
    });
    const both = [...definitions, { id: 'v2', document: swiss }];
    const click = { kind: 'email_click', at: 5_000, seq: 1, properties: {} };
    const at = (country: string) =>
      judgeDefinition(both, fakeFacts({ country, engagements: [click], items: [{ at: 0, points: 60 }] }), {
        at: 9_000,
        from: 0,
      });
    expect(at('CH')).toEqual({ ruleId: 'any-click', definitionVersionId: 'v2', at: 5_000 });
    expect(at('DE')).toEqual({ ruleId: 'engaged-and-fits', definitionVersionId: 'v1', at: 0 });
    expect(judgeDefinition([], fakeFacts(), { at: 9_000, from: 0 })).toBeUndefined();
  });
});

describe('whatIsMissing', () => {
  const full = { email: 'a@b.example', company: 'Acme', employees: 5 };
  const missing = (facts: FakeFacts) =>
    whatIsMissing(definitions, fakeFacts({ profile: full, country: 'CH', ...facts }), 90_000);

  it('says how many points are missing', () => {
    expect(missing({ items: [{ at: 0, points: 48 }] })).toEqual(['12 points or any hand-raise']);
    expect(missing({ items: [{ at: 0, points: 59.999 }] })).toEqual(['1 point or any hand-raise']);
  });

  it('says what points alone would not mend', () => {
    expect(missing({ grade: 'D', items: [{ at: 0, points: 90 }] })).toEqual([
      'grade A, B or C (it is D) or any hand-raise',
    ]);
  });

  it('says what the packet lacks', () => {
    expect(missing({ handRaises: [raise(1_000)], country: null })).toEqual(['the packet lacks country']);
    expect(missing({ handRaises: [raise(1_000)] })).toEqual([]);
  });

  it('says when no definition covers the lead', () => {
    expect(whatIsMissing([], fakeFacts(), 0)).toEqual(['no definition covers this lead']);
  });
});

describe('missingMandatory', () => {
  it('names what is missing as the definition does', () => {
    expect(missingMandatory(definition(), fakeFacts({ profile: { email: 'a@b.example', company: ' ' } }))).toEqual([
      'company',
      'country',
      'profile.employees',
    ]);
  });
});

describe('lintDefinition', () => {
  const known = { profileFields: ['employees'], highestScore: 100 };
  const lint = (change: object) => lintDefinition(definition(change), known).map((one) => `${one.path} ${one.code}`);
  const rule = (id: string, when: object) => ({ id, when });
  const raised = rule('raised', { field: 'hand_raise', op: 'exists' });

  it('finds nothing in the standard definition', () => {
    expect(lint({})).toEqual([]);
  });

  it.each<[string, object, string[]]>([
    [
      'a threshold out of reach',
      { rules: [raised, rule('a', { field: 'score', op: '>=', value: 101 })] },
      ['rules.1.when.value out-of-reach'],
    ],
    [
      'an unknown field',
      { rules: [raised, rule('a', { field: 'profile.size', op: 'exists' })] },
      ['rules.1.when.field unknown-field'],
    ],
    ['an unknown mandatory field', { mandatory: ['email', 'size'] }, ['mandatory.1 unknown-field']],
    [
      'a duplicate id',
      { rules: [raised, rule('raised', { field: 'tag', op: 'exists' })] },
      ['rules.1.id duplicate-id'],
    ],
    [
      'a rule behind one that is wider',
      {
        rules: [
          raised,
          rule('a', { field: 'score', op: '>=', value: 40 }),
          rule('b', {
            all: [
              { field: 'score', op: '>=', value: 60 },
              { field: 'grade', op: '=', value: 'A' },
            ],
          }),
        ],
      },
      ['rules.2 unreachable-rule'],
    ],
    [
      'a contradiction',
      {
        rules: [
          raised,
          rule('a', {
            all: [
              { field: 'score', op: '>', value: 60 },
              { field: 'score', op: '<', value: 50 },
            ],
          }),
        ],
      },
      ['rules.1.when contradiction'],
    ],
    [
      'a rule that cannot hold in the segment',
      {
        segment: { field: 'country', op: 'in', value: ['DE', 'AT'] },
        rules: [raised, rule('a', { field: 'country', op: '=', value: 'CH' })],
      },
      ['rules.1.when contradiction'],
    ],
    ['hand-raises left out', { rules: [rule('a', { field: 'score', op: '>=', value: 40 })] }, ['rules no-hand-raise']],
  ])('%s', (_name, change, expected) => {
    expect(lint(change)).toEqual(expected);
  });
});
