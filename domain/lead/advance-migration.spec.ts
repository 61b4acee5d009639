import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CadencePlan, PlanStep } from '../cadence/cadence-plan.js';
import { mapSteps, type StepMapping } from '../cadence/map-steps.js';
import { enterStep, planStep, takeTouchResult } from './advance-enrollment.js';
import { resumeEnrollment } from './suspend-enrollment.js';
import { commandLead } from './advance-lead.js';
import { applyAnswers, askOf } from './ask-of.js';
import { Draft } from './draft.js';
import {
  DAY,
  fakeAnswers,
  fakeEnrollment,
  fakePlan,
  HOUR,
  MARKETER,
  nurturing,
  recordsOf,
  T0,
} from './fake-process.js';
import type { LeadProcess } from './lead-process.js';

const old = fakePlan();
const { settle: _settle, ask: _ask, ...kept } = old.steps;
/** `settle` is called `rest`, `ask` is a to-do, and `story` comes once more before the end. */
const next: CadencePlan = {
  ...old,
  version: 2,
  versionId: 'nurture-v2',
  steps: {
    ...kept,
    hello: { kind: 'email', next: 'rest' },
    rest: { kind: 'wait', next: 'ask' },
    ask: { kind: 'todo', dispositions: { reached: 'story' }, overdue: 'story' },
    last: { kind: 'email', next: 'story' },
  },
};

function migrate(process: LeadProcess, to: CadencePlan, mapping: StepMapping, at: number) {
  const from = to.versionId === old.versionId ? next : old;
  const { moves, fresh } = mapSteps(from, to, mapping);
  const { no = 1 } = process.enrollment ?? {};
  const order = { kind: 'migrate_enrollment', enrollmentNo: no, fromVersionId: from.versionId, plan: to } as const;
  return commandLead(process, { ...order, moves, fresh, jobId: 'job', by: MARKETER }, at, from);
}

const standing = (step: string, visits: Record<string, number>, more: object = {}): LeadProcess =>
  nurturing({ enrollment: fakeEnrollment({ step, visits, ...more }) });

describe('going over to another version', () => {
  it('keeps the step and its clock, and lets the sync measure it by the new version', () => {
    const before = standing('hello', { hello: 1 }, { dueAt: T0 + HOUR });
    const { process, answer, records, effects } = migrate(before, next, { settle: 'rest' }, T0 + 10);
    expect(answer).toEqual({ ok: true, state: 'nurturing', at: T0 + 10 });
    expect(process.enrollment).toMatchObject({
      step: 'hello',
      visit: 1,
      versionId: 'nurture-v2',
      version: 2,
      stepAt: T0,
    });
    expect(process.enrollment?.dueAt).toBeUndefined();
    const measured = { versionId: 'nurture-v1', step: 'hello', dueAt: T0 + HOUR, notBefore: T0 + 10 };
    expect(askOf(process, T0 + 10).step).toMatchObject({ versionId: 'nurture-v2', stepAt: T0, measured });
    const synced = applyAnswers(process, fakeAnswers({ dueAt: T0 + 2 * HOUR })).enrollment;
    expect([synced?.dueAt, synced?.measured]).toEqual([T0 + 2 * HOUR, undefined]);
    expect(effects).toEqual([]);
    expect(recordsOf({ records }, 'migrated')).toEqual([
      {
        ...{ at: T0 + 10, no: 1, cadence: 'nurture', version: 2, versionId: 'nurture-v2', fromVersion: 1 },
        ...{ step: 'hello', visit: 1, to: 'hello', stays: true, by: MARKETER, jobId: 'job' },
      },
    ]);
  });

  it('takes the clock along into a step of the same kind', () => {
    const before = standing('settle', { hello: 1, settle: 1 }, { dueAt: T0 + DAY });
    const { process, records } = migrate(before, next, { settle: 'rest' }, T0 + HOUR);
    expect(process.enrollment).toMatchObject({ step: 'rest', visit: 1, stepAt: T0, resumedAt: T0 + HOUR });
    expect(process.enrollment?.measured).toMatchObject({ step: 'settle', dueAt: T0 + DAY, notBefore: T0 + HOUR });
    expect(recordsOf({ records }, 'step')).toEqual([{ at: T0 + HOUR, no: 1, step: 'rest', visit: 1, kind: 'wait' }]);
  });

  it('starts the clock anew in a step of another kind, under the same id too', () => {
    const { process, records } = migrate(standing('ask', { hello: 1, settle: 1, ask: 1 }), next, {}, T0 + HOUR);
    expect(process.enrollment).toMatchObject({ step: 'ask', visit: 1, stepAt: T0 + HOUR });
    expect(process.enrollment?.measured).toBeUndefined();
    expect(recordsOf({ records }, 'todo')).toMatchObject([{ step: 'ask', visit: 1, versionId: 'nurture-v2' }]);
  });

  it('lets a stopped clock stand, with the time that was left or all of a new step’s', () => {
    const stopped = { suspendedAt: T0 + HOUR, dueAt: T0 + DAY };
    const same = migrate(standing('settle', { settle: 1 }, stopped), next, { settle: 'rest' }, T0 + 5 * HOUR);
    expect(same.process.enrollment).toMatchObject({ step: 'rest', suspendedAt: T0 + HOUR, stepAt: T0 });
    expect(same.process.enrollment?.measured).toMatchObject({ notBefore: T0 + HOUR });
    const draft = new Draft(applyAnswers(same.process, fakeAnswers({ dueAt: T0 + 3 * HOUR })));
    resumeEnrollment(draft, next, T0 + 9 * HOUR);
    expect(draft.process.enrollment?.dueAt).toBe(T0 + 11 * HOUR);
    const other = migrate(standing('ask', { ask: 1 }, stopped), next, {}, T0 + 5 * HOUR);
    expect(other.process.enrollment).toMatchObject({ step: 'ask', suspendedAt: T0 + 5 * HOUR, stepAt: T0 + 5 * HOUR });
  });

  it('sends nothing again that was sent, and goes on behind it', () => {
    const seen = { hello: 1, settle: 1, ask: 1, story: 1, fork: 1, last: 1 };
    // Mapped to a touch that is done: the lead lands behind it.
    const mapped = migrate(standing('settle', seen), next, { settle: 'hello' }, T0 + HOUR);
    expect(mapped.process.enrollment).toMatchObject({ step: 'rest', stepAt: T0 + HOUR });
    expect(recordsOf(mapped, 'passed')).toEqual([{ at: T0 + HOUR, no: 1, step: 'hello' }]);
    // The new version leads to it later.
    const { process } = migrate(standing('last', seen), next, { settle: 'rest' }, T0);
    const draft = new Draft({ ...process, enrollment: process.enrollment && { ...process.enrollment, sending: true } });
    takeTouchResult(draft, next, { enrollmentNo: 1, step: 'last', visit: 1, result: 'sent', at: T0 + 9 });
    expect(recordsOf(draft, 'passed')).toEqual([{ at: T0 + 9, no: 1, step: 'story' }]);
    expect(draft.process.enrollment).toMatchObject({ step: 'fork', stepAt: T0 + 9 });
  });

  it('repeats a touch where a goto asks for it', () => {
    const loop = {
      ...next,
      steps: { ...next.steps, rest: { kind: 'goto', to: 'hello', max: 3, then: 'leave' } as PlanStep },
    };
    const { process } = migrate(standing('story', { hello: 1, story: 1 }), loop, { settle: 'ask' }, T0);
    expect(process.enrollment?.moved?.done).toEqual(['hello']);
    const draft = new Draft(process);
    enterStep(draft, loop, 'rest', T0 + 1);
    expect(draft.process.enrollment).toMatchObject({ step: 'hello', visit: 2 });
  });

  it('waits for a touch under way, and refuses what is not there or elsewhere', () => {
    const sending = standing('hello', { hello: 1 }, { sending: true });
    expect(migrate(sending, next, {}, T0).answer).toMatchObject({ ok: false, why: 'touch_under_way' });
    expect(migrate(standing('settle', {}), next, {}, T0).answer).toMatchObject({ ok: false, why: 'needs_mapping' });
    expect(migrate(nurturing({ enrollment: undefined }), next, {}, T0).answer).toMatchObject({ why: 'not_inside' });
    const third = standing('hello', { hello: 1 }, { versionId: 'nurture-v3' });
    expect(migrate(third, next, {}, T0).answer).toMatchObject({ ok: false, why: 'other_version' });
  });

  it('gives the same answer again and changes nothing', () => {
    const first = migrate(standing('hello', { hello: 1 }), next, { settle: 'rest' }, T0 + 5);
    const again = migrate(first.process, next, { settle: 'rest' }, T0 + 9);
    expect(again.answer).toEqual({ ok: true, state: 'nurturing', at: T0 + 5, repeated: true });
    expect([again.process, again.records]).toEqual([first.process, []]);
  });
});

const KINDS = ['email', 'wait', 'wait_for', 'todo', 'branch'] as const;
/** Of both versions, in an order of each; every step leads on to later ones only. */
interface TwoVersions {
  readonly plans: readonly [CadencePlan, CadencePlan];
  readonly mappings: readonly [StepMapping, StepMapping];
}

function planFrom(
  version: number,
  ids: readonly string[],
  kindOf: (id: string) => (typeof KINDS)[number],
): CadencePlan {
  const steps: Record<string, PlanStep> = { $end: { kind: 'exit', reason: 'completed' } };
  for (const [index, id] of ids.entries()) {
    const [near = '$end', far = near] = ids.slice(index + 1);
    const kind = kindOf(id);
    if (kind === 'email' || kind === 'wait') steps[id] = { kind, next: near };
    else if (kind === 'wait_for') steps[id] = { kind, any: [far], timeout: near };
    else if (kind === 'todo') steps[id] = { kind, dispositions: { reached: far }, overdue: near };
    else steps[id] = { kind, cases: [far], otherwise: near };
  }
  return { key: 'k', version, versionId: `v${version}`, start: ids[0] ?? '$end', steps, exits: [] };
}

const IDS = ['a', 'b', 'c', 'd', 'e', 'f'];

/** The second version has the steps of the first in another order; some have another name there, and the mapping names it. */
const twoVersions: fc.Arbitrary<TwoVersions> = fc
  .record({
    kinds: fc.array(fc.constantFrom(...KINDS, 'email' as const), { minLength: IDS.length, maxLength: IDS.length }),
    renamed: fc.subarray(IDS),
    order: fc.shuffledSubarray(IDS, { minLength: IDS.length }),
  })
  .map(({ kinds, renamed, order }) => {
    const kindOf = (id: string) => kinds[IDS.indexOf(id.replace('2', ''))] ?? 'wait';
    const nameOf = (id: string) => (renamed.includes(id) ? `${id}2` : id);
    const there = Object.fromEntries(renamed.map((id) => [id, nameOf(id)]));
    const back = Object.fromEntries(renamed.map((id) => [nameOf(id), id]));
    return {
      plans: [planFrom(1, IDS, kindOf), planFrom(2, order.map(nameOf), kindOf)],
      mappings: [back, there],
    };
  });

describe('going over while another cadence has the lead', () => {
  const below = fakeEnrollment({
    ...{ step: 'settle', visits: { hello: 1, settle: 1 }, dueAt: T0 + 2 * DAY, suspendedAt: T0 + DAY },
  });
  const deeper = fakeEnrollment({ no: 2, cadence: 'other', versionId: 'other-v1', suspendedAt: T0 + DAY });
  const running = fakeEnrollment({ no: 3, cadence: 'urgent', versionId: 'urgent-v1' });
  const superseded = nurturing({ enrollments: 3, enrollment: running, suspended: [below, deeper] });
  const order = (enrollmentNo: number, to: CadencePlan, mapping: StepMapping) => {
    const { moves, fresh } = mapSteps(old, to, mapping);
    const ids = { enrollmentNo, fromVersionId: old.versionId, jobId: 'job', by: MARKETER };
    return { kind: 'migrate_suspended', ...ids, plan: to, moves, fresh } as const;
  };

  it('moves what waits below, in its place and with its clock stopped, and leaves the rest alone', () => {
    const { process, answer, records } = commandLead(superseded, order(1, next, { settle: 'rest' }), T0 + 3 * DAY, old);
    expect(answer).toEqual({ ok: true, state: 'nurturing', at: T0 + 3 * DAY });
    expect([process.enrollment, process.suspended?.[1]]).toEqual([running, deeper]);
    expect(process.suspended).toHaveLength(2);
    const moved = process.suspended?.[0];
    expect(moved).toMatchObject({ no: 1, step: 'rest', versionId: 'nurture-v2', suspendedAt: T0 + DAY, stepAt: T0 });
    // Measured by the new version, no sooner than the clock stopped: 36 hours from the start leave twelve.
    expect(moved?.measured).toMatchObject({ step: 'settle', dueAt: T0 + 2 * DAY, notBefore: T0 + DAY });
    expect(recordsOf({ records }, 'migrated')).toMatchObject([{ no: 1, step: 'settle', to: 'rest' }]);
    const draft = new Draft({ ...process, enrollment: moved && { ...moved, dueAt: T0 + 36 * HOUR }, suspended: [] });
    resumeEnrollment(draft, next, T0 + 5 * DAY);
    expect(draft.process.enrollment?.dueAt).toBe(T0 + 5 * DAY + 12 * HOUR);
  });

  it('ends it where its step is mapped to the end, and the lead stays where it is', () => {
    const { process, records } = commandLead(superseded, order(1, next, { settle: '$end' }), T0 + 3 * DAY, old);
    expect([process.enrollment, process.suspended]).toEqual([running, [deeper]]);
    expect(recordsOf({ records }, 'enrollment_ended')).toMatchObject([{ no: 1, reason: 'completed' }]);
    const last = { ...superseded, suspended: [below] };
    expect(commandLead(last, order(1, next, { settle: '$end' }), T0 + 3 * DAY, old).process.suspended).toBeUndefined();
  });

  it('is refused for the running one and for one that is not there, and done once', () => {
    const refused = (process: LeadProcess, no: number) =>
      commandLead(process, order(no, next, { settle: 'rest' }), T0 + 3 * DAY, old).answer;
    expect(refused(superseded, 3)).toEqual({ ok: false, state: 'nurturing', why: 'not_inside' });
    expect(refused(superseded, 4)).toEqual({ ok: false, state: 'nurturing', why: 'not_inside' });
    expect(refused(superseded, 2)).toEqual({ ok: false, state: 'nurturing', why: 'other_version' });
    expect(refused(nurturing({ enrollment: below }), 1)).toMatchObject({ why: 'not_inside' });
    const { process } = commandLead(superseded, order(1, next, { settle: 'rest' }), T0 + 3 * DAY, old);
    expect(refused(process, 1)).toMatchObject({ ok: true, at: T0 + 3 * DAY, repeated: true });
    expect(commandLead(superseded, order(1, next, {}), T0 + 3 * DAY, old).answer).toMatchObject({
      why: 'needs_mapping',
    });
  });
});

/** Lives an enrollment through its steps and back and forth between the versions; `sent` are the touches that went out. */
class MovedLead {
  readonly sent: string[] = [];
  version: 0 | 1 = 0;
  at = T0;
  process: LeadProcess;

  constructor(readonly two: TwoVersions) {
    const draft = new Draft(nurturing({ enrollment: fakeEnrollment({ versionId: 'v1', visits: {}, step: '' }) }));
    enterStep(draft, two.plans[0], two.plans[0].start, this.at);
    this.process = draft.process;
  }

  get plan(): CadencePlan {
    return this.two.plans[this.version];
  }

  leave(way: number): void {
    const { enrollment } = this.process;
    if (!enrollment) return;
    this.at += HOUR;
    const step = planStep(this.plan, enrollment.step);
    const draft = new Draft(this.process);
    if (step.kind === 'email') {
      this.sent.push(enrollment.step);
      const { no, step: id, visit } = enrollment;
      takeTouchResult(draft, this.plan, { enrollmentNo: no, step: id, visit, result: 'sent', at: this.at });
    } else {
      const targets = step.kind === 'wait' ? [step.next] : step.kind === 'wait_for' ? [...step.any, step.timeout] : [];
      if (step.kind === 'todo') targets.push(...Object.values(step.dispositions), step.overdue);
      if (step.kind === 'branch') targets.push(...step.cases, step.otherwise);
      enterStep(draft, this.plan, targets[way % targets.length] ?? '$end', this.at);
    }
    this.process = draft.process;
  }

  migrate(): void {
    const { enrollment } = this.process;
    if (!enrollment) return;
    this.at += 1;
    const from = this.plan;
    this.version = this.version === 0 ? 1 : 0;
    const { moves, fresh } = mapSteps(from, this.plan, this.two.mappings[this.version]);
    const order = {
      kind: 'migrate_enrollment',
      enrollmentNo: 1,
      fromVersionId: from.versionId,
      plan: this.plan,
    } as const;
    const moved = commandLead(this.process, { ...order, moves, fresh, jobId: 'j', by: MARKETER }, this.at, from);
    expect(moved.answer).toMatchObject({ ok: true });
    this.process = moved.process;
  }
}

describe('an enrollment that goes back and forth between two versions', () => {
  const walks = fc.record({
    two: twoVersions,
    way: fc.array(fc.oneof(fc.constant('migrate' as const), fc.nat({ max: 3 })), { maxLength: 25, size: 'max' }),
  });

  it('stands on a step of its version at every moment and sends no step twice', () => {
    let passed = 0;
    const property = fc.property(walks, ({ two, way }) => {
      const lead = new MovedLead(two);
      for (const one of way) {
        if (one === 'migrate') lead.migrate();
        else lead.leave(one);
        const { enrollment } = lead.process;
        if (!enrollment) break;
        expect(enrollment.versionId).toBe(lead.plan.versionId);
        expect(Object.keys(lead.plan.steps)).toContain(enrollment.step);
        expect(new Set(lead.sent).size).toBe(lead.sent.length);
        passed += enrollment.moved?.done.length ?? 0;
      }
    });
    fc.assert(property, { seed: 7, numRuns: 1500 });
    expect(passed).toBeGreaterThan(1000);
  });

  it('stands where it stood once it is back, on the same visit and with the same start', () => {
    const property = fc.property(walks, ({ two, way }) => {
      const lead = new MovedLead(two);
      for (const one of way) {
        if (one === 'migrate') lead.migrate();
        else lead.leave(one);
      }
      const before = lead.process.enrollment;
      if (!before) return;
      lead.migrate();
      const there = lead.process.enrollment;
      // What had been sent under the other name is passed over.
      if (there?.step.replace('2', '') !== before.step.replace('2', '')) return;
      lead.migrate();
      const { step, visit, stepAt } = before;
      expect(lead.process.enrollment).toMatchObject({ step, visit, stepAt });
    });
    fc.assert(property, { seed: 11, numRuns: 1500 });
  });
});
