import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import { lintOrganisation } from '../../../domain/organisation/lint-organisation.js';
import { lintSignatures } from '../../../domain/organisation/lint-signatures.js';
import { toFieldErrors } from '../../common/field-errors.js';
import { lintWorkspace } from './lint-workspace.js';
import { organisationFileSchema } from './read-workspace.js';

const SOUND = fileURLToPath(new URL('../../../test/fixtures/lint/workspace', import.meta.url));
const FILES = readdirSync(SOUND, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(SOUND.length + 1))
  .sort();

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'baton-fuzz-'));
  cpSync(SOUND, folder, { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What is put in the place of a word, or of a character. */
const junk = fc.oneof(
  fc.constantFrom(
    ...[
      '',
      ' ',
      '\n',
      '\t',
      '{',
      '}',
      '[',
      ']',
      ':',
      '- ',
      '#',
      '"',
      '&a ',
      '*a',
      '<<: *a',
      '!!binary ',
      '? ',
      '| ',
      '~',
    ],
    ...[
      'null',
      '1e999',
      '.nan',
      '"\\0"',
      '"\\ud800"',
      '__proto__',
      'constructor',
      '2026-02-30',
      'NO',
      '-1',
      '{}',
      '[]',
    ],
    ...['olga', 'mara', 'base', 'sales', 'default', 'gone', 'Europe/Nowhere', '{ field: score, op: ">", value: 9 }'],
  ),
  fc.string({ unit: 'binary', maxLength: 6 }),
);

describe('lintWorkspace', () => {
  it('never throws: 200 workspaces with a spoiled text are judged, each finding with its file', () => {
    const spoiled = fc.record({
      file: fc.constantFrom(...FILES),
      edits: fc.array(fc.record({ at: fc.nat(10_000), word: fc.boolean(), by: junk }), { minLength: 1, maxLength: 3 }),
    });
    let found = 0;
    fc.assert(
      fc.property(spoiled, ({ file, edits }) => {
        const sound = readFileSync(join(SOUND, file), 'utf8');
        let text = sound;
        for (const { at, word, by } of edits) {
          const parts = text.split(word ? /\b/ : '');
          parts[at % parts.length] = by;
          text = parts.join('');
        }
        writeFileSync(join(folder, file), text);
        for (const finding of lintWorkspace(folder)) {
          found += 1;
          expect(finding.file).toMatch(/\.(?:yaml|html)$/);
          expect(finding.message.length).toBeGreaterThan(0);
        }
        writeFileSync(join(folder, file), sound);
      }),
      { numRuns: 200, seed: 20_261_128 },
    );
    expect(lintWorkspace(folder)).toEqual([]);
    // Most of what is spoiled is wrong, and is found.
    expect(found).toBeGreaterThan(100);
  });

  it('never throws: 1,000 organisations with values in wrong places are read or refused', () => {
    const sound: unknown = parse(readFileSync(join(SOUND, 'organisation.yaml'), 'utf8'));
    const leaves = leavesOf(sound);
    const value = fc.oneof(fc.constantFrom(...leaves.map(({ value }) => value)), fc.jsonValue({ maxDepth: 1 }));
    let read = 0;
    const silent: unknown[] = [];
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(leaves.length - 1), value), { minLength: 1, maxLength: 2 }), (edits) => {
        const spoiled = structuredClone(sound);
        for (const [leaf, by] of edits) put(spoiled, leaves[leaf]?.way ?? [], by);
        const parsed = organisationFileSchema.safeParse(spoiled);
        if (!parsed.success) {
          if (toFieldErrors(parsed.error.issues).some(({ message }) => message === '')) silent.push(spoiled);
          return;
        }
        read += 1;
        const { data } = parsed;
        const problems = [
          ...lintOrganisation(data, ['base']),
          ...lintSignatures({ marketing: 'mara', sales: 'sven' }, data, false),
        ];
        for (const { message, fix } of problems) if (message === '' || fix === undefined) silent.push(spoiled);
      }),
      { numRuns: 1_000, seed: 20_261_129 },
    );
    expect(silent).toEqual([]);
    expect(read).toBeGreaterThan(50);
  });
});

interface Leaf {
  readonly way: readonly string[];
  readonly value: unknown;
}

function leavesOf(value: unknown, way: readonly string[] = []): Leaf[] {
  if (typeof value !== 'object' || value === null) return [{ way, value }];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, [...way, key]));
}

function put(root: unknown, way: readonly string[], value: unknown): void {
  const holder = way
    .slice(0, -1)
    .reduce<unknown>((inner, key) => (inner as Record<string, unknown> | null)?.[key], root);
  const last = way.at(-1);
  // An edit before may have put something else in the way.
  if (typeof holder === 'object' && holder !== null && last !== undefined) {
    Object.defineProperty(holder, last, { value, enumerable: true, configurable: true, writable: true });
  }
}
