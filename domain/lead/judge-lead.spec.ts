import { describe, expect, it } from '@jest/globals';
import { cadenceSchema } from '../cadence/cadence.schema.js';
import { type FakeFacts, fakeFacts } from '../condition/fake-facts.js';
import { definitionSchema } from '../qualification/definition.schema.js';
import { judgeLead } from './judge-lead.js';
import type { Ask } from './lead-sync.js';

const S = 1000;
const definition = definitionSchema.parse({
  key: 'default',
  rank: 10,
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
});
const cadence = cadenceSchema.parse({
  key: 'nurture',
  name: 'Nurture',
  window: 'any',
  exits: ['unsubscribed', 'replied', { when: { field: 'tag', op: '=', value: 'partner' }, reason: 'partner' }],
  steps: [
    { id: 'hello', email: { template: 'hello' } },
    {
      id: 'ask',
      wait_for: {
        any: [
          { engagement: 'email_click', then: 'fork' },
          { engagement: 'page_view', then: 'fork' },
          { when: { field: 'country', op: '=', value: 'FR' }, then: 'fork' },
        ],
        timeout: { after: 'PT20S', then: 'fork' },
      },
    },
    {
      id: 'fork',
      branch: { cases: [{ when: { field: 'score', op: '>=', value: 30 }, then: 'hello' }], otherwise: 'hello' },
    },
  ],
});
const documents = { definitions: [{ id: 'v1', document: definition }], cadence };
const judge = (ask: Ask, facts: FakeFacts, now = 90 * S) => judgeLead(ask, fakeFacts(facts), documents, now);

const view = (at: number, kind = 'page_view') => ({ kind, at, seq: at / S, properties: {} });
const raise = (at: number) => ({ kind: 'demo_request', at, seq: at / S });
const points = (at: number, value: number, halfLifeMs?: number) => ({ at, points: value, halfLifeMs });
const step = (overrides: Partial<NonNullable<Ask['step']>> = {}): Ask => ({
  step: {
    versionId: 'nurture-v1',
    enrollmentNo: 1,
    enteredAt: 10 * S,
    step: 'ask',
    visit: 1,
    stepAt: 20 * S,
    dueAt: 40 * S,
    ...overrides,
  },
});
const byRaise = (at: number) => ({ ruleId: 'hand-raise', definitionVersionId: 'v1', at, handRaise: true });
const byRule = (at: number) => ({ ruleId: 'engaged-and-fits', definitionVersionId: 'v1', at });

describe('qualification', () => {
  it('of a raw lead needs a hand-raise, whatever its score is', () => {
    const qualify = { from: 0, handRaiseOnly: true };
    expect(judge({ qualify }, { items: [points(0, 90)] }).qualified).toBeUndefined();
    expect(judge({ qualify }, { handRaises: [raise(5 * S)] }).qualified).toEqual(byRaise(5 * S));
  });

  it('of a nurtured lead comes by rule or hand-raise, whichever is earlier', () => {
    const qualify = { from: 0 };
    expect(judge({ qualify }, { items: [points(7 * S, 60)] }).qualified).toEqual(byRule(7 * S));
    const both = { items: [points(7 * S, 60)], handRaises: [raise(9 * S)] };
    expect(judge({ qualify }, both).qualified).toEqual(byRule(7 * S));
    expect(judge({ qualify }, { ...both, handRaises: [raise(3 * S)] }).qualified).toEqual(byRaise(3 * S));
  });

  it('is not asked, not answered', () => {
    expect(judge({}, { items: [points(0, 90)], handRaises: [raise(5 * S)] }).qualified).toBeUndefined();
  });

  it('after a return needs a counted fact later than it', () => {
    const qualify = { from: 30 * S, after: 20 * S };
    const high = { items: [points(0, 90)] };
    expect(judge({ qualify }, high).qualified).toBeUndefined();
    expect(judge({ qualify }, { ...high, engagements: [view(20 * S)] }).qualified).toBeUndefined();
    expect(judge({ qualify }, { ...high, engagements: [view(50 * S)] }).qualified).toEqual(byRule(50 * S));
    expect(judge({ qualify }, { handRaises: [raise(20 * S)] }).qualified).toBeUndefined();
    expect(judge({ qualify }, { handRaises: [raise(25 * S)] }).qualified).toEqual(byRaise(30 * S));
  });

  it('until the earliest-return date comes by a hand-raise only', () => {
    const facts = { items: [points(0, 90)], engagements: [view(45 * S)] };
    const qualify = { from: 30 * S, after: 20 * S, rulesFrom: 60 * S };
    expect(judge({ qualify }, facts, 59 * S).qualified).toBeUndefined();
    expect(judge({ qualify }, facts, 60 * S).qualified).toEqual(byRule(60 * S));
    expect(judge({ qualify }, { ...facts, handRaises: [raise(50 * S)] }, 59 * S).qualified).toEqual(byRaise(50 * S));
  });

  it('on that date needs the rule to hold then: what held in between and faded does not count', () => {
    const facts = { items: [points(40 * S, 60, 10 * S)], engagements: [view(40 * S)] };
    expect(judge({ qualify: { from: 30 * S, after: 20 * S, rulesFrom: 60 * S } }, facts).qualified).toBeUndefined();
  });

  it('does not add up what was true at different times: a grade that came later needs a score that holds now', () => {
    const faded = { grade: 'B' as const, items: [points(5 * S, 60, 10 * S)] };
    expect(judge({ qualify: { from: 50 * S } }, faded).qualified).toBeUndefined();
  });
});

describe('the next change by time', () => {
  it('is the crossing of a fading negative', () => {
    const facts = { items: [points(0, 80), points(0, -40, 10 * S)] };
    const { qualified, nextChangeAt } = judge({ qualify: { from: 0 } }, facts, 5 * S);
    expect(qualified).toBeUndefined();
    expect(nextChangeAt).toBe(10 * S);
    expect(judge({ qualify: { from: 0 } }, facts, 10 * S).qualified).toEqual(byRule(10 * S));
  });

  it('is never later than the day from which rules count again', () => {
    const ask = { qualify: { from: 0, after: 0, rulesFrom: 60 * S } };
    expect(judge(ask, {}, 30 * S).nextChangeAt).toBe(60 * S);
    expect(judge(ask, {}, 60 * S).nextChangeAt).toBeUndefined();
  });

  it('is the instant of an awaited engagement that came while the clock of the process lagged behind', () => {
    const engagements = [view(31 * S, 'email_open'), view(32 * S, 'email_click')];
    const lagging = judge(step(), { engagements }, 30 * S);
    expect(lagging.winner).toBeUndefined();
    expect(lagging.nextChangeAt).toBe(32 * S);
    expect(judge(step(), { engagements }, 32 * S)).toMatchObject({ winner: { at: 32 * S, option: 0, seq: 32 } });
    expect(judge(step(), { engagements }, 32 * S).nextChangeAt).toBeUndefined();
    expect(judge(step({ suspended: true }), { engagements }, 30 * S).nextChangeAt).toBeUndefined();
  });

  it('is that of a reply or an unsubscription that an exit guard names', () => {
    for (const kind of ['unsubscribed', 'email_reply']) {
      const engagements = [view(32 * S, kind)];
      expect(judge(step({ suspended: true }), { engagements }, 30 * S).nextChangeAt).toBe(32 * S);
    }
  });

  it('is that of any counted engagement where a return waits for one', () => {
    const facts = { items: [points(0, 80)], engagements: [view(32 * S, 'email_open')] };
    const ask = { qualify: { from: 20 * S, after: 20 * S } };
    expect(judge(ask, facts, 30 * S)).toEqual({ nextChangeAt: 32 * S });
    expect(judge(ask, facts, 32 * S).qualified).toMatchObject({ at: 32 * S });
  });

  it('is none where only a hand-raise counts', () => {
    const facts = { items: [points(0, 80), points(0, -40, 10 * S)] };
    expect(judge({ qualify: { from: 0, handRaiseOnly: true } }, facts, 5 * S).nextChangeAt).toBeUndefined();
  });

  it('is that of a rule that asks for more than the hand-raise', () => {
    const rule = {
      all: [
        { field: 'hand_raise', op: 'exists' },
        { field: 'score', op: '>=', value: 60 },
      ],
    };
    const strict = definitionSchema.parse({ key: 'strict', rank: 10, rules: [{ id: 'raise', when: rule }] });
    const facts = { items: [points(0, 80), points(0, -40, 10 * S)], handRaises: [raise(5 * S)] };
    const ask = { qualify: { from: 0, handRaiseOnly: true } };
    const only = { definitions: [{ id: 'v1', document: strict }] };
    expect(judgeLead(ask, fakeFacts(facts), only, 6 * S).nextChangeAt).toBe(10 * S);
    expect(judgeLead(ask, fakeFacts(facts), only, 10 * S).qualified).toMatchObject({ ruleId: 'raise', at: 10 * S });
  });
});

describe('exit guards', () => {
  it('look at nothing before the enrollment, the earliest acts', () => {
    const engagements = [view(5 * S, 'email_reply'), view(25 * S, 'unsubscribed'), view(26 * S, 'email_reply')];
    expect(judge(step(), { engagements }).guard).toEqual({ at: 25 * S, index: 0 });
    expect(judge(step(), { engagements: engagements.slice(0, 1) }).guard).toBeUndefined();
  });

  it('of two at one instant the first written acts', () => {
    const engagements = [view(25 * S, 'email_reply'), view(25 * S, 'unsubscribed')];
    expect(judge(step(), { engagements }).guard).toEqual({ at: 25 * S, index: 0 });
  });

  it('a reply that is learned late acts at its own instant', () => {
    const engagements = [view(25 * S, 'email_reply')];
    expect(judge(step({ judgedAt: 60 * S }), { engagements }).guard).toEqual({ at: 25 * S, index: 1 });
  });

  it('a condition that came true acts from when it was last found not to hold', () => {
    expect(judge(step(), { tags: ['partner'] }).guard).toEqual({ at: 10 * S, index: 2 });
    expect(judge(step({ judgedAt: 60 * S }), { tags: ['partner'] }).guard).toEqual({ at: 60 * S, index: 2 });
  });

  it('of a version the lead went over to act on what came before, but not before the move', () => {
    const engagements = [view(25 * S, 'email_reply')];
    expect(judge(step({ movedAt: 70 * S }), { engagements }).guard).toEqual({ at: 70 * S, index: 1 });
    expect(judge(step({ movedAt: 15 * S }), { engagements }).guard).toEqual({ at: 25 * S, index: 1 });
  });

  it('stay armed while the enrollment is suspended, alone', () => {
    const engagements = [view(25 * S), view(26 * S, 'email_reply')];
    const verdicts = judge(step({ suspended: true }), { engagements });
    expect(verdicts.guard).toEqual({ at: 26 * S, index: 1 });
    expect(verdicts.winner).toBeUndefined();
    expect(judge(step({ suspended: true, step: 'fork' }), {}).branch).toBeUndefined();
  });
});

describe('a wait_for', () => {
  it('is won by the earliest, then by order in the definition', () => {
    const late = [view(25 * S), view(30 * S, 'email_click')];
    expect(judge(step(), { engagements: late }).winner).toEqual({ at: 25 * S, option: 1, seq: 25 });
    const tie = [view(30 * S), view(30 * S, 'email_click')];
    expect(judge(step(), { engagements: tie }).winner).toMatchObject({ at: 30 * S, option: 0 });
  });

  it('counts from the claim of the touch before it, and no engagement at the deadline', () => {
    expect(judge(step(), { engagements: [view(20 * S)] }).winner).toMatchObject({ at: 20 * S });
    expect(judge(step(), { engagements: [view(20 * S - 1)] }).winner).toBeUndefined();
    expect(judge(step(), { engagements: [view(40 * S - 1)] }).winner).toMatchObject({ at: 40 * S - 1 });
    expect(judge(step(), { engagements: [view(40 * S)] }).winner).toBeUndefined();
  });

  it('that resumed counts what came while it was suspended, from the resumption on', () => {
    const resumed = step({ resumedAt: 70 * S, dueAt: 85 * S });
    expect(judge(resumed, { engagements: [view(30 * S)] }).winner).toEqual({ at: 70 * S, option: 1, seq: 30 });
  });

  it('an engagement that is learned late wins at its own instant, a condition from when it was last found not to hold', () => {
    const judged = step({ judgedAt: 30 * S });
    expect(judge(judged, { engagements: [view(25 * S)] }).winner).toMatchObject({ at: 25 * S, option: 1 });
    expect(judge(judged, { country: 'FR' }).winner).toMatchObject({ at: 30 * S, option: 2 });
    expect(judge(step({ judgedAt: 50 * S }), { country: 'FR' }).winner).toBeUndefined();
  });

  it('without an instant yet has no time-out to lose to', () => {
    expect(judge(step({ dueAt: undefined }), { engagements: [view(80 * S)] }).winner).toMatchObject({ at: 80 * S });
  });
});

describe('a branch', () => {
  it('is judged at the instant at which it was entered', () => {
    const facts = { items: [points(15 * S, 30), points(25 * S, -30)] };
    expect(judge(step({ step: 'fork', stepAt: 20 * S }), facts).branch).toBe(0);
    expect(judge(step({ step: 'fork', stepAt: 25 * S }), facts).branch).toBe(-1);
  });

  it('other steps have nothing to judge but the guards', () => {
    const verdicts = judge(step({ step: 'hello' }), { engagements: [view(25 * S)] });
    expect([verdicts.winner, verdicts.branch, verdicts.guard]).toEqual([undefined, undefined, undefined]);
  });
});

describe('verdicts', () => {
  it('are the same whenever they are asked again, in whatever order facts arrived', () => {
    const ask: Ask = { qualify: { from: 0 }, ...step() };
    const items = [points(7 * S, 40), points(9 * S, 40)];
    const engagements = [view(25 * S), view(30 * S, 'email_reply')];
    const once = judge(ask, { items, engagements });
    expect(judge(ask, { items, engagements })).toEqual(once);
    expect(judge(ask, { items: items.toReversed(), engagements })).toEqual(once);
    expect(once.qualified).toEqual(byRule(9 * S));
  });
});
