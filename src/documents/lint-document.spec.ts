import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import { parseDocument } from './document-kinds.js';
import { type KnownWorkspace, lintDocument } from './lint-document.js';

const folder = fileURLToPath(new URL('../../examples/cadences/', import.meta.url));
const cadences = readdirSync(folder).map((name) => parse(readFileSync(folder + name, 'utf8')) as Tree);

type Tree = { [key: string]: unknown };

const known: KnownWorkspace = {
  campaigns: [{ key: 'expo', startScore: 5 }],
  reasons: ['not_ready'],
  salesTeams: ['sales'],
  templates: ['welcome'],
  cadences: ['long-term'],
  frequencyClasses: ['nurture'],
};

/** Every place of a document, as a way down. */
function placesOf(value: unknown, way: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [way];
  const inner = Object.entries(value).flatMap(([key, one]) => placesOf(one, [...way, key]));
  return [way, ...inner];
}

function at(value: unknown, way: readonly (string | number)[]): unknown {
  return way.reduce<unknown>((inner, part) => (inner as Tree)[part], value);
}

function replaced(value: unknown, [first, ...rest]: readonly (string | number)[], by: unknown): unknown {
  if (first === undefined) return by;
  if (Array.isArray(value))
    return value.map((one: unknown, index) => (String(index) === first ? replaced(one, rest, by) : one));
  return { ...(value as Tree), [first]: replaced((value as Tree)[first], rest, by) };
}

const junk = fc.oneof(
  fc.constantFrom<unknown>(null, '', 'settle', '$end', -1, 0, 1e9, true, [], {}, 'P0D', 'P2D', 'PT0S', '24:00', 'any'),
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(
    { to: 'settle', max: 2, then: 'settle' },
    {
      arms: [
        { weight: 1, then: 'settle' },
        { weight: 2, then: 'leave' },
      ],
    },
    { any: [{ score: 5, then: 'settle' }], timeout: { after: 'PT0S', then: 'settle' } },
    { field: 'score', op: '>=', value: 9 },
    { do: 'Call', due: 'P1D', dispositions: { reached: 'settle' }, overdue: 'settle' },
  ),
);

/** A value that stands somewhere in a cadence: right in kind, wrong in place. */
const leaf = fc.nat(cadences.length - 1).chain((cadence) => {
  const body = cadences[cadence];
  const leaves = placesOf(body)
    .map((way) => at(body, way))
    .filter((value) => typeof value !== 'object');
  return fc.constantFrom(...leaves);
});

describe('lintDocument', () => {
  it('never throws: 1,000 cadences with faults planted anywhere are read or refused with their place', () => {
    const spoiled = fc.record({
      cadence: fc.nat(cadences.length - 1),
      faults: fc.array(
        fc.tuple(fc.nat(10_000), fc.oneof({ weight: 1, arbitrary: junk }, { weight: 3, arbitrary: leaf })),
        { minLength: 1, maxLength: 2 },
      ),
    });
    let read = 0;
    fc.assert(
      fc.property(spoiled, ({ cadence, faults }) => {
        let body: unknown = cadences[cadence];
        for (const [place, by] of faults) {
          const places = placesOf(body).filter((way) => way.length > 2);
          body = replaced(body, places[place % places.length] ?? ['key'], by);
        }
        const parsed = parseDocument('cadence', String((cadences[cadence] as Tree)['key']), body);
        if (!parsed.ok) {
          expect(parsed.errors.length).toBeGreaterThan(0);
          return;
        }
        read += 1;
        for (const problem of lintDocument('cadence', parsed.document, known)) {
          expect(problem.message.length).toBeGreaterThan(0);
          expect(problem.severity === 'warning' || problem.fix !== undefined).toBe(true);
        }
      }),
      { numRuns: 1_000, seed: 20_261_124 },
    );
    // Enough of them come through the schema for the linter to have had work.
    expect(read).toBeGreaterThan(50);
  });
});
