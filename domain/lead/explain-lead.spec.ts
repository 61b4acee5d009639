import { describe, expect, it } from '@jest/globals';
import { cadenceSchema } from '../cadence/cadence.schema.js';
import { compileCadence } from '../cadence/compile-cadence.js';
import { type FakeFacts, fakeFacts } from '../condition/fake-facts.js';
import { definitionSchema } from '../qualification/definition.schema.js';
import { explainLead, type LeadExplanation } from './explain-lead.js';
import type { EnrollmentProcess, HandoffProcess, LeadProcess } from './lead-process.js';
import { newLeadProcess } from './new-lead-process.js';
import { LEAD_STATES } from './lead-state.js';

const utc = (text: string): number => Date.parse(`${text}:00Z`);
const now = utc('2026-04-21T08:00');
const JONAS = 'jonas-id';
const INES = 'ines-id';

const definition = definitionSchema.parse({
  key: 'default',
  rank: 10,
  mandatory: ['company', 'country'],
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
  key: 'walk',
  name: 'A walk',
  window: 'any',
  exits: ['unsubscribed', 'replied', { when: { field: 'tag', op: '=', value: 'partner' }, reason: 'partner' }],
  steps: [
    { id: 'welcome', email: { template: 'welcome' } },
    { id: 'settle', wait: 'P2D' },
    {
      id: 'response',
      wait_for: {
        any: [
          { engagement: 'email_click', where: { touch: 'welcome' }, then: 'leave' },
          { score: 30, then: 'settle' },
        ],
        timeout: { after: 'PT72H', then: 'welcome' },
      },
    },
    { id: 'leave', exit: 'completed' },
  ],
});
const plan = compileCadence(cadence, { version: 3, versionId: 'cadence-v3' });

const enrollment = (change: Partial<EnrollmentProcess> = {}): EnrollmentProcess => ({
  no: 1,
  cadence: 'walk',
  versionId: 'cadence-v3',
  version: 3,
  enteredAt: utc('2026-04-18T07:00'),
  step: 'response',
  visit: 1,
  visits: {},
  stepAt: utc('2026-04-20T07:00'),
  dueAt: utc('2026-04-23T07:00'),
  ...change,
});

const handoff = (change: Partial<HandoffProcess> = {}): HandoffProcess => ({
  no: 1,
  qualifiedBy: 'definition',
  ruleId: 'engaged-and-fits',
  definitionVersionId: 'definition-v2',
  qualifiedAt: utc('2026-04-21T07:30'),
  ...change,
});

const known: FakeFacts = {
  grade: 'B',
  source: 'trade_show',
  campaign: 'automa-expo-2026',
  country: 'DE',
  profile: { company: 'Ostrava Valves' },
  gridMs: 3_600_000,
  horizonAt: now + 400 * 86_400_000,
};

function explain(process: Partial<LeadProcess>, facts: FakeFacts = {}): LeadExplanation {
  return explainLead({
    process: { ...newLeadProcess(utc('2026-04-18T07:00')), ...process },
    facts: fakeFacts({ ...known, ...facts }),
    definitions: [{ id: 'definition-v2', document: definition }],
    cadence,
    plan,
    now,
    zone: 'Europe/Berlin',
    names: {
      person: (id) => ({ [JONAS]: 'Jonas Weidner', [INES]: 'Ines Okafor' })[id] ?? id,
      reason: (code) => ({ not_ready: 'Not ready yet' })[code] ?? code,
      definition: (id) => (id === 'definition-v2' ? { key: 'default', version: 2, document: definition } : undefined),
    },
  });
}

const RULE =
  'Rule engaged-and-fits (score is at least 60 and grade is A, B or C) of definition default, version 2, held on Tue 21 Apr 2026, 09:30 CEST.';

describe('explainLead', () => {
  it('says something about every state, in whole sentences', () => {
    for (const state of LEAD_STATES) {
      const { sentence, because, waitsFor, wouldMove, ...rest } = explain({ state });
      expect(rest).toEqual({ state, nextWakeAt: null });
      for (const text of [sentence, waitsFor.sentence, ...because, ...wouldMove]) {
        expect(text).toMatch(/^[“A-Z].*[^.]\.$/);
        expect(text).not.toMatch(/undefined|null|NaN/);
      }
    }
  });

  it('of a new lead waits for the checks', () => {
    expect(explain({})).toMatchObject({
      state: 'raw',
      waitsFor: { kinds: ['intake_checks'], until: null },
      because: ['It came from source trade_show, campaign automa-expo-2026.'],
    });
  });
});

describe('explainLead in nurture', () => {
  const nurturing = (change: Partial<LeadProcess> = {}, facts: FakeFacts = {}) =>
    explain({ state: 'nurturing', enrollments: 1, enrollment: enrollment(), ...change }, facts);

  it('names the awaited engagements, until when, and where both ways lead', () => {
    const { sentence, waitsFor, wouldMove, nextWakeAt } = nurturing();
    expect(sentence).toBe(
      'In nurture: cadence “A walk”, step response: Wait for email click with touch welcome or a score of 30, at most 72 hours.',
    );
    expect(waitsFor).toEqual({
      kinds: ['email_click', 'score'],
      until: utc('2026-04-23T07:00'),
      sentence:
        'Wait for email click with touch welcome or a score of 30, at most 72 hours: until Thu 23 Apr 2026, 09:00 CEST.',
    });
    expect(wouldMove).toEqual([
      'To sales it lacks 60 points or any hand-raise.',
      'What it waits for takes it to steps leave and settle, option by option.',
      'Without it by Thu 23 Apr 2026, 09:00 CEST it goes to step welcome.',
      'Unsubscribing ends the cadence.',
      'A reply ends the cadence and calls its marketer.',
      'The cadence ends (partner) when tag is partner.',
    ]);
    expect(nextWakeAt).toBe(utc('2026-04-23T07:00'));
  });

  it('says how it got there', () => {
    expect(nurturing({}, { items: [{ at: utc('2026-04-20T08:00'), points: 41.46 }] }).because).toEqual([
      'It entered cadence “A walk”, version 3, on Sat 18 Apr 2026, 09:00 CEST (enrollment 1) and stands at step response since Mon 20 Apr 2026, 09:00 CEST.',
      'Grade B, score 41.5.',
      'It came from source trade_show, campaign automa-expo-2026.',
    ]);
  });

  it('says from which version it went over, and when', () => {
    const moved = { at: utc('2026-04-20T12:00'), from: 2, done: [] };
    expect(nurturing({ enrollment: enrollment({ moved }) }).because.slice(0, 2)).toEqual([
      'It entered cadence “A walk” on Sat 18 Apr 2026, 09:00 CEST (enrollment 1) and stands at step response since Mon 20 Apr 2026, 09:00 CEST.',
      'It went over from version 2 to version 3 on Mon 20 Apr 2026, 14:00 CEST.',
    ]);
  });

  it('says when a fading score passes a threshold by itself', () => {
    const day = 86_400_000;
    const items = [{ at: now, points: 80, halfLifeMs: 10 * day }];
    // 80 × 0.5^(t / 10 d) = 60 after 4.15 days, seen on the hour.
    expect(nurturing({}, { items, grade: 'D' }).wouldMove).toEqual(
      expect.arrayContaining([
        'To sales it lacks grade A, B or C (it is D) or any hand-raise.',
        'By time alone its score falls below 60 on Sat 25 Apr 2026, 14:00 CEST.',
      ]),
    );
  });

  it('with a rule that holds already says that the next look acts on it', () => {
    const items = [{ at: utc('2026-04-20T08:00'), points: 70 }];
    expect(nurturing({}, { items }).wouldMove[0]).toBe(
      'Rule engaged-and-fits (score is at least 60 and grade is A, B or C) of definition default, version 2, holds since Mon 20 Apr 2026, 10:00 CEST: the next look takes it to sales.',
    );
  });

  it('tells a wait from a touch', () => {
    const wait = nurturing({ enrollment: enrollment({ step: 'settle' }) });
    expect(wait.waitsFor).toEqual({
      kinds: [],
      until: utc('2026-04-23T07:00'),
      sentence: 'The end of the wait, Thu 23 Apr 2026, 09:00 CEST.',
    });
    const touch = nurturing({ enrollment: enrollment({ step: 'welcome' }) });
    expect(touch.waitsFor.sentence).toBe('The touch “welcome”, Thu 23 Apr 2026, 09:00 CEST.');
    expect(touch.nextWakeAt).toBe(utc('2026-04-23T07:00'));
  });

  it('names what holds a touch', () => {
    const held = nurturing({
      enrollment: enrollment({ step: 'welcome', held: 'missing_variable:lead.company', dueAt: undefined }),
    });
    expect(held.sentence).toBe(
      'In nurture: cadence “A walk”, step welcome, but its touch is held: missing variable lead.company.',
    );
    expect(held.waitsFor).toEqual({
      kinds: ['profile_change'],
      until: null,
      sentence: 'Its marketer to see to it.',
    });
  });

  it('after a return needs something new, before the agreed date a hand-raise', () => {
    const back = nurturing(
      {
        qualifyAfter: utc('2026-04-20T12:00'),
        earliestReturnAt: utc('2026-05-20T12:00'),
        lastDecision: { handoffNo: 1, kind: 'rejected', by: JONAS, at: utc('2026-04-20T12:00') },
        enrollment: enrollment({ suspendedAt: utc('2026-04-19T12:00'), resumeAt: utc('2026-05-20T12:00') }),
      },
      {
        handoffs: { count: 1, lastReason: 'not_ready' },
        handRaises: [{ kind: 'demo_request', at: utc('2026-04-19T12:00'), seq: 4 }],
      },
    );
    expect(back.sentence).toBe(
      'In nurture: cadence “A walk”, step response, is suspended until Wed 20 May 2026, 14:00 CEST.',
    );
    expect(back.because[0]).toBe(
      'It came back from sales on Mon 20 Apr 2026, 14:00 CEST: Jonas Weidner rejected it (Not ready yet).',
    );
    expect(back.waitsFor).toMatchObject({ kinds: ['hand_raise'], until: utc('2026-05-20T12:00') });
    expect(back.wouldMove.slice(0, 3)).toEqual([
      'Until Wed 20 May 2026, 14:00 CEST only a hand-raise takes it to sales.',
      'Sales had it: something new after Mon 20 Apr 2026, 14:00 CEST is needed.',
      'To sales it lacks 60 points or any hand-raise.',
    ]);
    expect(back.nextWakeAt).toBe(utc('2026-05-20T12:00'));
  });

  it.each([
    [{ contactable: false }, 'In nurture: it may not be written to, so no cadence has it.', null],
    [{ hold: 'replied' as const }, 'In nurture: it replied and no cadence goes on.', null],
    [{ hold: 'review' as const }, 'In nurture: sales returned it too often.', null],
    [{ noCadenceUntil: now + 3_600_000 }, 'In nurture: no cadence takes it now.', now + 3_600_000],
    [
      { earliestReturnAt: utc('2026-05-20T12:00') },
      'In nurture: it rests until Wed 20 May 2026, 14:00 CEST.',
      utc('2026-05-20T12:00'),
    ],
    [{}, 'In nurture: a cadence is being chosen.', null],
  ])('without a cadence says why: %j', (change, sentence, until) => {
    const explained = nurturing({ enrollment: undefined, ...change });
    expect(explained.sentence).toBe(sentence);
    expect(explained.waitsFor.until).toBe(until);
  });
});

describe('explainLead in the zone', () => {
  const offeredAt = utc('2026-04-21T07:31');
  const rungs = [
    { at: utc('2026-04-21T09:31'), do: 'remind' as const },
    { at: utc('2026-04-21T12:31'), do: 'return' as const },
  ];
  const ladder = { purpose: 'accept' as const, rungs, next: 0, breachAt: utc('2026-04-21T11:31') };
  const offered = handoff({ offeredAt, assigneeId: JONAS });

  it('qualified names the fields the packet lacks', () => {
    const explained = explain(
      { state: 'qualified', since: handoff().qualifiedAt, handoff: handoff({ waiting: { why: 'packet_incomplete' } }) },
      { country: null },
    );
    expect(explained.sentence).toBe(
      'MQL since Tue 21 Apr 2026, 09:30 CEST, not offered yet: its packet lacks country.',
    );
    expect(explained.because[0]).toBe(RULE);
    expect(explained.waitsFor).toEqual({
      kinds: ['profile_change'],
      until: null,
      sentence: 'Somebody fills in country.',
    });
  });

  it('qualified without a rep says when it looks again', () => {
    const retryAt = utc('2026-04-22T06:00');
    const waiting = { why: 'nobody_available', retryAt };
    const explained = explain({ state: 'qualified', handoff: handoff({ waiting }) });
    expect(explained.waitsFor).toMatchObject({ kinds: ['rep_available'], until: retryAt });
    expect(explained.nextWakeAt).toBe(retryAt);
  });

  it('offered names the rule, the rep and the rungs to come', () => {
    const explained = explain({ state: 'offered', handoff: offered, ladder });
    expect(explained.sentence).toBe(
      'Offered to Jonas Weidner on Tue 21 Apr 2026, 09:31 CEST, handoff 1; nobody has decided yet.',
    );
    expect(explained.because).toContain(RULE);
    expect(explained.waitsFor).toEqual({
      kinds: ['accept', 'reject'],
      until: ladder.breachAt,
      sentence: 'The decision of Jonas Weidner: accept or reject, by Tue 21 Apr 2026, 13:31 CEST.',
    });
    expect(explained.wouldMove.slice(1)).toEqual([
      'On Tue 21 Apr 2026, 11:31 CEST the rep is reminded.',
      'On Tue 21 Apr 2026, 14:31 CEST the offer expires and the lead is returned.',
    ]);
    expect(explained.nextWakeAt).toBe(utc('2026-04-21T09:31'));
  });

  it('offered past the agreed time says so and waits for the rung that ends it', () => {
    const late = { ...ladder, breachAt: now - 60_000, next: 1 };
    const explained = explain({ state: 'offered', handoff: offered, ladder: late });
    expect(explained.because).toContain('The agreed time was over on Tue 21 Apr 2026, 09:59 CEST.');
    expect(explained.waitsFor.until).toBe(utc('2026-04-21T12:31'));
  });

  it('offered to another rep by hand waits for the new offer', () => {
    const explained = explain({ state: 'offered', handoff: handoff({ no: 2, wantedAssigneeId: INES }) });
    expect(explained.sentence).toBe('Being offered to Ines Okafor.');
  });

  it('accepted waits for the first touch and names the end of the shared zone', () => {
    const explained = explain({
      state: 'accepted',
      handoff: {
        ...offered,
        acceptedAt: now,
        firstContactBy: utc('2026-04-21T22:00'),
        graceEndsAt: utc('2026-04-23T08:00'),
      },
      ladder: { purpose: 'first_touch', rungs, next: 0, breachAt: utc('2026-04-21T15:00') },
    });
    expect(explained.sentence).toBe(
      'SQL: accepted on Tue 21 Apr 2026, 10:00 CEST; the first touch by Jonas Weidner is due.',
    );
    expect(explained.waitsFor).toMatchObject({ kinds: ['first_touch'], until: utc('2026-04-21T15:00') });
    expect(explained.because).toContain('The first contact was promised by Wed 22 Apr 2026, 00:00 CEST.');
    expect(explained.wouldMove).toContain('On Thu 23 Apr 2026, 10:00 CEST the shared zone ends: sales answers alone.');
  });

  it('accepted names the air cover that is planned, or runs', () => {
    const handoffOf = { ...offered, acceptedAt: now, graceEndsAt: utc('2026-04-23T08:00') };
    const planned = explain({ state: 'accepted', handoff: { ...handoffOf, coverAt: now + 5 * 60_000 } });
    expect(planned.wouldMove).toContain(
      'From Tue 21 Apr 2026, 10:05 CEST on marketing writes beside sales, until Thu 23 Apr 2026, 10:00 CEST at the latest; sales can stop it.',
    );
    const cover = enrollment({ cadence: 'beside', phase: 'air_cover', step: 'story' });
    const running = explain({ state: 'working', handoff: { ...handoffOf, coverAt: 0 }, enrollment: cover });
    expect(running.wouldMove).toContain(
      'Air cover beside runs beside sales, at step story, until Thu 23 Apr 2026, 10:00 CEST at the latest; sales can stop it.',
    );
  });

  it('working waits for the outcome', () => {
    const explained = explain({ state: 'working', handoff: { ...offered, acceptedAt: now, firstTouchAt: now } });
    expect(explained.sentence).toBe('Sales works on it (Jonas Weidner) since Tue 21 Apr 2026, 10:00 CEST.');
    expect(explained.waitsFor).toMatchObject({ kinds: ['outcome'], until: null });
  });

  const returning = { handoffNo: 1, cause: 'rejected' as const, reason: 'not_ready', decidedAt: now };
  const rejected: Partial<LeadProcess> = {
    state: 'returning',
    handoff: offered,
    enrollment: enrollment({ suspendedAt: now }),
    returning,
    lastDecision: { handoffNo: 1, kind: 'rejected', by: JONAS, at: now },
    ladder: {
      purpose: 'acknowledge',
      rungs: [{ at: utc('2026-04-21T15:00'), do: 'escalate' }],
      next: 0,
      breachAt: utc('2026-04-21T15:00'),
    },
  };

  it('returning says who rejected it and why', () => {
    const explained = explain(rejected);
    expect(explained.sentence).toBe(
      'Rejected by Jonas Weidner (Not ready yet) on Tue 21 Apr 2026, 10:00 CEST; marketing has not taken it back yet.',
    );
    expect(explained.waitsFor).toMatchObject({ kinds: ['acknowledge'], until: utc('2026-04-21T15:00') });
    expect(explained.wouldMove).toContain('On Tue 21 Apr 2026, 17:00 CEST the accountable owner is told.');
  });

  it.each([
    [
      { to: 'resume' as const, earliestReturnAt: utc('2026-05-21T08:00') },
      'Acknowledged, it resumes cadence walk at step response, and rests until Thu 21 May 2026, 10:00 CEST.',
    ],
    [{ to: 'cadence' as const, cadence: 'find-the-buyer' }, 'Acknowledged, it goes to cadence find-the-buyer.'],
    [{ to: 'disqualify' as const }, 'Acknowledged, it is disqualified: the policy says so for this reason.'],
    [{ to: 'review' as const }, 'Acknowledged, its marketer decides what is next.'],
  ])('returning says where the policy takes it: %j', (path, sentence) => {
    expect(explain({ ...rejected, returning: { ...returning, path } }).wouldMove[0]).toBe(sentence);
  });

  it('a hand-raise on the way back is offered again', () => {
    const raised = { ruleId: 'hand-raise', definitionVersionId: 'definition-v2' };
    expect(explain({ ...rejected, returning: { ...returning, raised } }).wouldMove[0]).toBe(
      'A hand-raise came meanwhile: acknowledged, it is offered again.',
    );
  });
});

describe('explainLead at the end', () => {
  it('lost waits for its return date', () => {
    const returnAt = utc('2026-08-01T08:00');
    const explained = explain({
      state: 'lost',
      since: now,
      returning: {
        handoffNo: 1,
        cause: 'lost',
        reason: 'not_ready',
        decidedAt: now,
        path: { to: 'resume', earliestReturnAt: returnAt },
      },
    });
    expect(explained.sentence).toBe('Lost on Tue 21 Apr 2026, 10:00 CEST (Not ready yet).');
    expect(explained.waitsFor).toMatchObject({ kinds: ['hand_raise'], until: returnAt });
    expect(explained.nextWakeAt).toBe(returnAt);
  });

  it('won names who won it and the rule that started it', () => {
    const explained = explain({ state: 'won', since: now, handoff: handoff({ assigneeId: JONAS, offeredAt: now }) });
    expect(explained.sentence).toBe('Won by Jonas Weidner on Tue 21 Apr 2026, 10:00 CEST.');
    expect(explained.because).toContain(RULE);
    expect(explained.waitsFor).toMatchObject({ kinds: [], until: null });
  });

  it('erased tells nothing of the lead', () => {
    expect(explain({ state: 'erased', since: now }).because).toEqual([]);
  });
});
