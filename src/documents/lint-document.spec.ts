import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import { LINT_RULES, type LintRule } from '../../domain/lint-rules.js';
import { DOCUMENT_KINDS, type DocumentKind } from './document.entity.js';
import { parseDocument } from './document-kinds.js';
import { type KnownWorkspace, lintDocument } from './lint-document.js';

const EXAMPLES = fileURLToPath(new URL('../../examples/', import.meta.url));
const read = (file: string): Tree => parse(readFileSync(EXAMPLES + file, 'utf8')) as Tree;
const readAll = (folder: string): Tree[] =>
  readdirSync(EXAMPLES + folder)
    .filter((name) => name.endsWith('.yaml') && !name.includes('signatures'))
    .map((name) => read(`${folder}/${name}`));
const html = '<p>{{ lead.first_name | default: "you" }} <a href="{{ links.guide }}">x</a></p>';

/** Sound documents of every kind, to be spoiled. */
const SOUND: { readonly [K in DocumentKind]: readonly unknown[] } = {
  cadence: readAll('cadences'),
  definition: readAll('definitions'),
  score_model: readAll('score-models'),
  template: readAll('templates').map((template) => ({ ...template, html })),
  sla: [read('policies/sla.yaml')],
  recycle: [read('policies/recycle.yaml')],
  frequency: [read('policies/frequency.yaml')],
  routing: [read('organisation.yaml')['routing']],
  prep: [read('policies/prep.yaml')],
  playbook: [read('policies/playbook.yaml')],
};

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

/** Broken markup, numbers out of range, text for numbers and the other way round. */
const odd = fc.constantFrom<unknown>(
  '{{ lead.name',
  '{% if %}',
  '{{ links.no }}',
  '\u2028',
  1e308,
  -0.5,
  '9'.repeat(400),
  [[]],
  {
    toString: 'x',
  },
);

/** A value that stands somewhere in a document of the kind: right in kind, wrong in place. */
function leafOf(kind: DocumentKind): fc.Arbitrary<unknown> {
  const leaves = SOUND[kind].flatMap((body) =>
    placesOf(body)
      .map((way) => at(body, way))
      .filter((value) => typeof value !== 'object'),
  );
  return fc.constantFrom(...leaves);
}

const RULES = new Set<LintRule>(Object.values(LINT_RULES).flat());

const keyOf = (body: unknown): string => (body as { readonly key?: string }).key ?? 'default';

describe('lintDocument', () => {
  it.each(DOCUMENT_KINDS)(
    'never throws: 1,000 of %s with faults planted anywhere are read or refused with place',
    (kind) => {
      const value = fc.oneof(
        { weight: 1, arbitrary: junk },
        { weight: 1, arbitrary: odd },
        { weight: 3, arbitrary: leafOf(kind) },
      );
      const faults = fc.array(fc.tuple(fc.nat(10_000), value), { minLength: 1, maxLength: 2 });
      let seen = 0;
      /** What was found without a word about it. */
      const silent: unknown[] = [];
      fc.assert(
        fc.property(fc.nat(SOUND[kind].length - 1), faults, (index, planted) => {
          const sound = SOUND[kind][index];
          let body: unknown = sound;
          for (const [place, by] of planted) {
            const places = placesOf(body).filter((way) => way.length > 0 && way[0] !== 'key');
            body = replaced(body, places[place % Math.max(1, places.length)] ?? [], by);
          }
          const parsed = parseDocument(kind, keyOf(sound), body);
          if (!parsed.ok) {
            if (parsed.errors.length === 0 || parsed.errors.some(({ message }) => message === '')) silent.push(body);
            return;
          }
          seen += 1;
          for (const { code, message, severity, fix } of lintDocument(kind, parsed.document, known)) {
            if (!RULES.has(code) || message === '' || (severity === 'error' && fix === undefined)) silent.push(body);
          }
        }),
        { numRuns: 1_000, seed: 20_261_124 },
      );
      expect(silent).toEqual([]);
      // Enough of them come through the schema for the linter to have had work.
      expect(seen).toBeGreaterThan(50);
    },
  );
});
