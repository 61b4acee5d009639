import { HAND_RAISE, QUALIFIES_AT, type StressCadence, type StressStep } from './documents.js';
import { firstHolds, holdsAt, matchesOption, milliseconds, type StressFact } from './stress-conditions.js';

/** One thing that has to happen next, at its instant on the lead's own history. */
export interface Due {
  readonly at: number;
  readonly what: 'intake' | 'guard' | 'branch' | 'timeout' | 'winner' | 'qualified' | 'fact' | 'entry';
  /** What the record says of it, in order. */
  readonly detail: string;
  apply(): void;
}

/** Guards act first, then deadlines, then what facts bring. Source: semantics, order on waking. */
const ORDER: readonly Due['what'][] = ['intake', 'guard', 'branch', 'timeout', 'winner', 'qualified', 'fact', 'entry'];
const TOLD = [HAND_RAISE, 'email_reply', 'unsubscribed'];

interface Enrollment {
  readonly cadence: StressCadence;
  readonly enteredAt: number;
  step: StressStep;
  stepAt: number;
  visit: number;
  readonly visits: Map<string, number>;
  suspended: boolean;
}

/** One line of what happened; the record has to say the same. */
export interface Said {
  readonly at: number;
  readonly text: string;
}

/**
 * Where a lead has to be, from the facts and the instants alone. Written from the semantics in words, it shares no code
 * with the product. It is asked once for each look the product took at the lead, with what was known by then.
 */
export class ReferenceModel {
  state = 'raw';
  enrollment: Enrollment | undefined;
  said: Said[] = [];
  private since: number;
  private judgedAt: number | undefined;
  private readonly taken = new Set<number>();
  private readonly used = new Set<string>();
  private contactable = true;
  private onHold = false;
  private returnedAt: number | undefined;
  private raised = false;

  constructor(
    private readonly cadences: readonly StressCadence[],
    private readonly source: string,
    since: number,
  ) {
    this.since = since;
  }

  /** A look at `now` with these facts: what has to happen next, if anything has. */
  look(facts: readonly StressFact[], now: number): Due | undefined {
    const due = this.dueAt(facts, now, false);
    // What did not hold up to here and is learned later counts from here on.
    if (!due.some(({ what }) => what === 'guard' || what === 'winner' || what === 'qualified')) {
      const raised = this.state === 'raw' && this.handRaise(facts, now) !== undefined;
      if (!raised) this.judgedAt = now;
    }
    // No cadence takes an address that is known to be closed, whatever the instant of the fact.
    if (facts.some(({ kind }) => kind === 'unsubscribed')) this.contactable = false;
    return due[0];
  }

  /** What stands against a touch that is claimed at `now`, or what is left undone at the end. */
  against(facts: readonly StressFact[], now: number): Due | undefined {
    return this.dueAt(facts, now, true)[0];
  }

  /** When the wait the lead stands in is over. */
  deadline(): number | undefined {
    const { enrollment } = this;
    const after = enrollment?.step.wait ?? enrollment?.step.wait_for?.timeout.after;
    return enrollment && after !== undefined ? enrollment.stepAt + milliseconds(after) : undefined;
  }

  /** The touch of the present step was claimed or will never be sent, or the wait before one is over. */
  goOn(at: number): void {
    if (this.enrollment) this.enter(this.after(this.enrollment.step), at);
  }

  /** The step after this wait is a touch. */
  touchFollows(): boolean {
    const { enrollment } = this;
    return enrollment?.step.wait !== undefined && this.after(enrollment.step).email !== undefined;
  }

  /** What people and the offer did, in their own order. */
  moved(to: string, at: number): void {
    this.say(at, `state ${this.state} → ${to}`);
    this.state = to;
    this.since = at;
    this.judgedAt = undefined;
    if (to === 'returning') this.returnedAt = at;
  }

  private dueAt(facts: readonly StressFact[], now: number, present: boolean): Due[] {
    const due: Due[] = [];
    const qualified = this.qualification(facts, now, present);
    if (this.state === 'raw') {
      const at = qualified?.at ?? this.since;
      due.push({ at, what: 'intake', detail: 'intake', apply: () => this.intake(qualified) });
    } else if (qualified) {
      const { at, rule } = qualified;
      due.push({ at, what: 'qualified', detail: rule, apply: () => this.qualify(rule, at) });
    }
    due.push(...this.guards(facts, now, present));
    if (this.enrollment && this.state === 'nurturing' && !this.enrollment.suspended)
      due.push(...this.stepDue(this.enrollment, facts, now, present));
    for (const fact of facts) {
      if (!TOLD.includes(fact.kind) || this.taken.has(fact.seq)) continue;
      due.push({ at: fact.at, what: 'fact', detail: fact.kind, apply: () => this.take(fact) });
    }
    if (this.state === 'nurturing' && !this.enrollment && this.contactable && !this.onHold && !qualified) {
      due.push({ at: now, what: 'entry', detail: 'entry', apply: () => this.enroll(now) });
    }
    const place = ({ what }: Due): number => ORDER.indexOf(what);
    return due.sort((a, b) => a.at - b.at || place(a) - place(b));
  }

  /** From when on what is learned now counts; an instant judged by a clock that was ahead is judged anew. */
  private from(at: number, now: number): number {
    return Math.max(at, Math.min(this.judgedAt ?? 0, now));
  }

  private handRaise(facts: readonly StressFact[], now: number): number | undefined {
    const after = this.returnedAt ?? Number.NEGATIVE_INFINITY;
    const first = facts.filter(({ kind, at }) => kind === HAND_RAISE && at > after && at <= now).map(({ at }) => at);
    return first.length === 0 ? undefined : Math.max(Math.min(this.from(this.since, now), now), Math.min(...first));
  }

  private qualification(
    facts: readonly StressFact[],
    now: number,
    present: boolean,
  ): { readonly at: number; readonly rule: string } | undefined {
    if (!['raw', 'nurturing', 'returning'].includes(this.state) || this.raised) return undefined;
    const raised = this.handRaise(facts, now);
    const from = present ? now : Math.min(this.from(this.since, now), now);
    const enough = { field: 'score', op: '>=', value: QUALIFIES_AT } as const;
    const engaged = this.state === 'nurturing' ? firstHolds(enough, facts, from, now) : undefined;
    if (raised !== undefined && raised <= now && (engaged === undefined || raised <= engaged))
      return { at: raised, rule: 'hand-raise' };
    return engaged === undefined ? undefined : { at: engaged, rule: 'engaged' };
  }

  private guards(facts: readonly StressFact[], now: number, present: boolean): Due[] {
    const { enrollment } = this;
    if (!enrollment) return [];
    const { enteredAt } = enrollment;
    return enrollment.cadence.exits.flatMap((exit): Due[] => {
      let at: number | undefined;
      if (typeof exit === 'string') {
        const kind = exit === 'replied' ? 'email_reply' : exit;
        const named = facts.filter((fact) => fact.kind === kind && fact.at >= enteredAt && fact.at <= now);
        at = named.length === 0 ? undefined : Math.min(...named.map((fact) => fact.at));
      } else at = firstHolds(exit.when, facts, present ? now : this.from(enteredAt, now), now);
      if (at === undefined) return [];
      const reason = typeof exit === 'string' ? exit : exit.reason;
      const acted = at;
      return [{ at, what: 'guard', detail: reason, apply: () => this.end(reason, acted) }];
    });
  }

  private stepDue(
    { step, stepAt, visit }: Enrollment,
    facts: readonly StressFact[],
    now: number,
    present: boolean,
  ): Due[] {
    const due: Due[] = [];
    const deadline = this.deadline();
    if (step.branch) {
      const index = step.branch.cases.findIndex(({ when }) => holdsAt(when, facts, stepAt));
      const to = step.branch.cases[index]?.then ?? step.branch.otherwise;
      const detail = `branched ${step.id} ${visit}: ${index}`;
      due.push({ at: stepAt, what: 'branch', detail, apply: () => this.leave(detail, to, stepAt) });
    }
    if (deadline !== undefined && deadline <= now) {
      const to = step.wait_for?.timeout.then;
      const detail = `waited ${step.id} ${visit}: timeout`;
      const apply = (): void => (to === undefined ? this.goOn(deadline) : this.leave(detail, to, deadline));
      due.push({ at: deadline, what: 'timeout', detail, apply });
    }
    for (const [index, option] of (step.wait_for?.any ?? []).entries()) {
      const found = this.won(index, facts, { now, last: Math.min(now, (deadline ?? 0) - 1), present });
      if (!found) continue;
      const detail = `waited ${step.id} ${visit}: ${index}${found.seq === undefined ? '' : ` by ${found.seq}`}`;
      due.push({ at: found.at, what: 'winner', detail, apply: () => this.leave(detail, option.then, found.at) });
    }
    return due;
  }

  /** When the option of the present wait won, up to `last`. */
  private won(
    index: number,
    facts: readonly StressFact[],
    { now, last, present }: { readonly now: number; readonly last: number; readonly present: boolean },
  ): { readonly at: number; readonly seq?: number } | undefined {
    const { enrollment } = this;
    const wait = enrollment?.step.wait_for;
    const option = wait?.any[index];
    if (!enrollment || !wait || !option || last < enrollment.stepAt) return undefined;
    if (option.engagement !== undefined) {
      const since = wait.look === 'ever' ? Number.NEGATIVE_INFINITY : enrollment.stepAt;
      const counted = facts
        .filter((fact) => matchesOption(option, fact) && fact.at >= since && fact.at <= last)
        .sort((a, b) => a.at - b.at || a.seq - b.seq);
      const deciding = counted[(option.count ?? 1) - 1];
      return deciding && { at: Math.max(deciding.at, enrollment.stepAt), seq: deciding.seq };
    }
    const when = option.when ?? ({ field: 'score', op: '>=', value: option.score ?? 0 } as const);
    const at = firstHolds(when, facts, present ? last : this.from(enrollment.stepAt, now), last);
    return at === undefined ? undefined : { at };
  }

  private intake(qualified: { readonly at: number; readonly rule: string } | undefined): void {
    if (qualified) this.qualify(qualified.rule, qualified.at);
    else this.moved('nurturing', this.since);
  }

  private qualify(rule: string, at: number): void {
    if (this.state === 'returning') {
      this.raised = true;
      return;
    }
    if (this.enrollment) this.enrollment.suspended = true;
    this.moved('qualified', at);
    this.say(at, `qualified ${rule}`);
  }

  private enroll(at: number): void {
    const key = this.used.has(this.source) ? 'loop' : this.source;
    this.used.add(key);
    const cadence = this.cadences.find((one) => one.key === key);
    const step = cadence?.steps[0];
    if (!cadence || !step) throw new Error(`no cadence ${key}`);
    this.say(at, `enrolled ${key}`);
    const visits = new Map<string, number>();
    this.enrollment = { cadence, enteredAt: at, step, stepAt: at, visit: 1, visits, suspended: false };
    this.enter(step, at);
  }

  private take(fact: StressFact): void {
    this.taken.add(fact.seq);
    if (fact.kind !== 'unsubscribed') return;
    this.end('unsubscribed', fact.at);
    this.contactable = false;
  }

  private end(reason: string, at: number): void {
    if (!this.enrollment) return;
    this.enrollment = undefined;
    this.say(at, `ended ${reason}`);
    if (reason === 'replied' && this.state === 'nurturing') this.onHold = true;
  }

  private leave(detail: string, to: string, at: number): void {
    this.say(at, detail);
    this.enter(this.stepOf(to), at);
  }

  private enter(step: StressStep, at: number): void {
    const { enrollment } = this;
    if (!enrollment) return;
    if (step.exit !== undefined) {
      this.end(step.exit, at);
      return;
    }
    const visit = (enrollment.visits.get(step.id) ?? 0) + 1;
    enrollment.visits.set(step.id, visit);
    if (this.judgedAt !== undefined) this.judgedAt = Math.min(this.judgedAt, at);
    Object.assign(enrollment, { step, stepAt: at, visit });
    this.say(at, `step ${step.id} ${visit}`);
    if (step.goto) this.enter(this.stepOf(visit <= step.goto.max ? step.goto.to : step.goto.then), at);
  }

  private stepOf(id: string): StressStep {
    const step = this.enrollment?.cadence.steps.find((one) => one.id === id);
    if (!step) throw new Error(`no step ${id}`);
    return step;
  }

  private after(step: StressStep): StressStep {
    const steps = this.enrollment?.cadence.steps ?? [];
    if (step.next !== undefined) return this.stepOf(step.next);
    return steps[steps.indexOf(step) + 1] ?? { id: 'end', exit: 'completed' };
  }

  private say(at: number, text: string): void {
    this.said.push({ at, text });
  }
}
