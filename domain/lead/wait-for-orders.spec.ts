import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type CadenceDocument, cadenceSchema } from '../cadence/cadence.schema.js';
import { compileCadence } from '../cadence/compile-cadence.js';
import { fakeFacts } from '../condition/fake-facts.js';
import { advanceLead } from './advance-lead.js';
import { applyAnswers, askOf } from './ask-of.js';
import { decideNext } from './decide-next.js';
import { fakeAnswers, fakeEnrollment, nurturing, recordsOf } from './fake-process.js';
import { judgeLead } from './judge-lead.js';
import type { LeadProcess } from './lead-process.js';
import { endOfWait, type ReferenceEnd, type ReferenceFact, type ReferenceWait } from './wait-for-reference.js';

const ENROLLED = 900;
const ENTERED = 1000;
const POINTS = { download: 10, webinar_attended: 25, page_view: -5, event_visited: 0, email_reply: 0 };
const KINDS = Object.keys(POINTS);

/** Facts with few instants, so that many fall together, each arriving at once or late; looks at any time. */
const scenario = fc.record({
  look: fc.constantFrom('since_entry' as const, 'ever' as const),
  options: fc.array(
    fc.oneof(
      fc.record({
        kind: fc.constantFrom('download', 'webinar_attended', 'event_visited'),
        count: fc.constantFrom(1, 1, 2),
      }),
      fc.record({ score: fc.constantFrom(10, 25, 35) }),
    ),
    { minLength: 1, maxLength: 4 },
  ),
  length: fc.integer({ min: 1, max: 25 }),
  facts: fc.array(
    fc.record({
      kind: fc.constantFrom(...KINDS),
      at: fc.oneof(fc.integer({ min: 980, max: 1030 }), fc.integer({ min: 998, max: 1003 })),
      lateBy: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 30 })),
    }),
    { maxLength: 9 },
  ),
  /** Absences of the worker: between two of them it looks at every fact and at the deadline. */
  absences: fc.array(fc.tuple(fc.integer({ min: 1000, max: 1040 }), fc.integer({ min: 1, max: 25 })), { maxLength: 2 }),
});

interface Scenario {
  readonly wait: ReferenceWait;
  readonly facts: readonly ReferenceFact[];
  readonly looks: readonly number[];
  readonly document: CadenceDocument;
}

const scenarios: fc.Arbitrary<Scenario> = scenario.map(({ look, options, length, facts: given, absences }) => {
  const deadlineAt = ENTERED + length;
  const facts = given.map(({ kind, at, lateBy }) => ({ kind, at, arrivedAt: at + lateBy }));
  const wanted = [ENTERED, deadlineAt, ...facts.flatMap(({ at, arrivedAt }) => [at, arrivedAt])];
  // What an absence hides is looked at when it is over.
  const seen = wanted.map((at) =>
    absences.reduce((time, [from, ms]) => (time >= from && time < from + ms ? from + ms : time), at),
  );
  return {
    wait: { look, enrolledAt: ENROLLED, enteredAt: ENTERED, deadlineAt, options, points: POINTS, quits: 'email_reply' },
    facts,
    looks: [...new Set(seen)].filter((at) => at >= ENTERED).sort((one, other) => one - other),
    document: documentOf(look, options),
  };
});

function documentOf(look: 'since_entry' | 'ever', options: ReferenceWait['options']): CadenceDocument {
  const any = options.map((option, index) => ({
    ...('kind' in option ? { engagement: option.kind, count: option.count } : option),
    // biome-ignore lint/suspicious/noThenProperty: the document's own word
    then: `won-${index}`,
  }));
  return cadenceSchema.parse({
    key: 'waiting',
    name: 'Waiting',
    window: 'any',
    exits: ['replied'],
    steps: [
      // biome-ignore lint/suspicious/noThenProperty: the document's own word
      { id: 'ask', wait_for: { look, any, timeout: { after: 'PT1H', then: 'late' } } },
      ...options.map((_, index) => ({ id: `won-${index}`, wait: 'P1D', next: 'end' })),
      { id: 'late', wait: 'P1D' },
      { id: 'end', exit: 'completed' },
    ],
  });
}

/** The product's own way: what it asks, what is judged, what it decides, until the step is left. */
function runs({ wait, facts, looks, document }: Scenario): (ReferenceEnd & { readonly step: string })[] {
  const plan = compileCadence(document, { version: 1, versionId: 'waiting-v1' });
  let process: LeadProcess = nurturing({
    since: ENROLLED,
    enrollment: fakeEnrollment({
      versionId: plan.versionId,
      enteredAt: ENROLLED,
      stepAt: ENTERED,
      dueAt: wait.deadlineAt,
    }),
  });
  const ends: (ReferenceEnd & { step: string })[] = [];
  const arrived = facts
    .map((fact, index) => ({ ...fact, index }))
    .sort((a, b) => a.arrivedAt - b.arrivedAt || a.index - b.index)
    .map((fact, index) => ({ ...fact, seq: index + 1, properties: {}, points: wait.points[fact.kind] ?? 0 }));
  for (const now of looks) {
    for (let turn = 0; turn < 20; turn += 1) {
      const known = arrived.filter((fact) => fact.arrivedAt <= now).sort((a, b) => a.at - b.at || a.seq - b.seq);
      const conditions = fakeFacts({ engagements: known, items: known, gridMs: 1, horizonAt: 1100 });
      const verdicts = judgeLead(askOf(process, now), conditions, { definitions: [], cadence: document }, now);
      const pulled = known.filter(({ kind, seq }) => kind === 'email_reply' && seq > process.cursor);
      const answers = fakeAnswers({ ...verdicts, at: now, cursor: known.length, facts: pulled });
      process = applyAnswers(process, answers);
      const item = decideNext(process, answers, now, plan);
      if (!item || process.enrollment === undefined) break;
      const advance = advanceLead(process, item, now, plan);
      process = advance.process;
      for (const { at, ...data } of recordsOf(advance, 'waited')) {
        const { winner } = data as { winner: number | 'timeout' };
        ends.push({ what: winner === 'timeout' ? 'time-out' : winner, at, step: process.enrollment?.step ?? '' });
      }
      for (const { at } of recordsOf(advance, 'enrollment_ended')) ends.push({ what: 'quit', at, step: '' });
      if (ends.length > 0) break;
    }
    if (ends.length > 0) return ends;
  }
  return ends;
}

describe('a wait for any of several things', () => {
  it('has one winner, the one the rule names, in whatever order things happen and arrive', () => {
    const seen: Record<string, number> = {};
    fc.assert(
      fc.property(scenarios, (given) => {
        const expected = endOfWait(given.wait, given.facts, given.looks);
        const where = expected === undefined || expected.what === 'quit' ? '' : stepOf(expected.what);
        expect(runs(given)).toEqual(expected === undefined ? [] : [{ ...expected, step: where }]);
        const what = typeof expected?.what === 'number' ? `option ${expected.what}` : String(expected?.what);
        seen[what] = (seen[what] ?? 0) + 1;
      }),
      { seed: 20_261_128, numRuns: 2000 },
    );
    // Each end is really tried.
    for (const what of ['option 0', 'option 1', 'option 2', 'time-out', 'quit']) expect(seen[what]).toBeGreaterThan(50);
  });
});

const stepOf = (what: number | 'time-out' | 'quit'): string => (typeof what === 'number' ? `won-${what}` : 'late');
