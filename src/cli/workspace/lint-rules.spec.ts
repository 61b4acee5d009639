import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LINT_RULES } from '../../../domain/lint-rules.js';
import { lintWorkspace } from './lint-workspace.js';

const FIXTURES = fileURLToPath(new URL('../../../test/fixtures/lint', import.meta.url));

/** Where a fixture of a kind is put into the workspace. */
const PLACES: Readonly<Record<string, string>> = {
  cadence: 'cadences/fault.yaml',
  definition: 'definitions/default.yaml',
  score_model: 'score-models/default.yaml',
  template: 'templates/fault.yaml',
  recycle: 'policies/recycle.yaml',
  prep: 'policies/prep.yaml',
  playbook: 'policies/playbook.yaml',
  routing: 'organisation.yaml',
  organisation: 'organisation.yaml',
  signatures: 'definitions/default.signatures.yaml',
};

interface Fixture {
  readonly kind: string;
  readonly rule: string;
  readonly text: string;
  /** The first line says severity, path, and the beginning or end of what to do. */
  readonly severity: string;
  readonly path: string;
  readonly says: string;
  /** Of the mark `# here`. */
  readonly line: number;
}

function fixturesIn(folder: string): Fixture[] {
  return readdirSync(join(FIXTURES, folder)).flatMap((kind) =>
    readdirSync(join(FIXTURES, folder, kind)).map((name) => {
      const text = readFileSync(join(FIXTURES, folder, kind, name), 'utf8');
      const [, severity = '', path = '', says = ''] = /^# (error|warning) (\S+): (.*)\n/.exec(text) ?? [];
      const line = text.split('\n').findIndex((one) => one.endsWith('# here')) + 1;
      return { kind, rule: name.replace(/\.yaml$/, ''), text, severity, path, says, line };
    }),
  );
}

const rulesOf = (fixtures: readonly Fixture[]): string[] => fixtures.map(({ kind, rule }) => `${kind}/${rule}`).sort();

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'baton-rules-'));
  cpSync(join(FIXTURES, 'workspace'), folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

const findingsWith = ({ kind, text }: Fixture) => {
  writeFileSync(join(folder, PLACES[kind] ?? ''), text);
  return lintWorkspace(folder);
};

describe('the rules of the lint', () => {
  it('find nothing in the workspace the faults are planted into', () => {
    expect(lintWorkspace(folder)).toEqual([]);
  });

  it('have a planted fault each', () => {
    const rules = Object.entries(LINT_RULES).flatMap(([kind, names]) => names.map((name) => `${kind}/${name}`));
    expect(rulesOf(fixturesIn('faults'))).toEqual(rules.sort());
  });

  it.each(fixturesIn('faults').map((one) => [`${one.kind}: ${one.rule}`, one] as const))(
    'name file, line, field and fix, and nothing else: %s',
    (_name, fixture) => {
      const { kind, rule, severity, path, says, line } = fixture;
      expect(line).toBeGreaterThan(0);
      expect(findingsWith(fixture)).toEqual([
        {
          ...{ file: PLACES[kind], line, path, severity, code: rule },
          ...{ message: expect.stringMatching(/./), fix: expect.stringContaining(says) },
        },
      ]);
    },
  );

  it.each(fixturesIn('unreadable').map((one) => [`${one.kind}: ${one.rule}`, one] as const))(
    'leave to the schema, with file, line, field and what it takes: %s',
    (_name, fixture) => {
      const { kind, severity, path, says, line } = fixture;
      expect(findingsWith(fixture)).toEqual([
        { file: PLACES[kind], line, path, severity, message: expect.stringContaining(says) },
      ]);
    },
  );
});
