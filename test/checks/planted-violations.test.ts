import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { plantedImports } from './planted-imports.js';
import { plantedLint } from './planted-lint.js';
import { type CheckerRun, type PlantedTree, plantTree } from './plant-tree.js';

const tsc = 'node_modules/typescript7/bin/tsc';
const biome = 'node_modules/@biomejs/biome/bin/biome';
const eslint = 'node_modules/eslint/bin/eslint.js';
const knip = 'node_modules/knip/bin/knip.js';

/** Plants, runs one checker, removes the tree. */
function check(violations: Readonly<Record<string, string>>, ...args: string[]): CheckerRun {
  const tree = plantTree(violations);
  try {
    return tree.run(...args);
  } finally {
    tree.remove();
  }
}

const contents = (planted: readonly { file: string; content: string }[]): Record<string, string> =>
  Object.fromEntries(planted.map(({ file, content }) => [file, content]));

describe('a tree that keeps every rule', () => {
  let tree: PlantedTree;
  beforeAll(() => {
    tree = plantTree();
  });
  afterAll(() => tree.remove());

  it.each([
    ['format', [biome, 'format', '.']],
    ['files', ['scripts/check-files.mjs']],
    ['types', [tsc, '--noEmit', '-p', 'tsconfig.json']],
    ['types of domain and workflows', ['scripts/check-core-types.mjs']],
    ['imports', ['scripts/check-imports.mjs']],
    ['dead code', [knip, '--no-config-hints']],
    ['lint', [eslint, '.', '--max-warnings', '0']],
    ['build', ['scripts/build.mjs']],
    ['sandbox contents', ['scripts/check-bundle.mjs']],
  ])('passes: %s', (_name, args) => {
    const { status, output } = tree.run(...args);
    expect({ status, output: status === 0 ? '' : output }).toEqual({ status: 0, output: '' });
  });
});

describe('imports', () => {
  const refused = new Map<string, Set<string>>();
  let status: number | null;
  beforeAll(() => {
    const tree = plantTree(contents(plantedImports));
    status = tree.run('scripts/check-imports.mjs').status;
    const report = tree.run('scripts/check-imports.mjs', '--output-type', 'json').output;
    tree.remove();
    const { summary } = JSON.parse(report) as {
      summary: { violations: { from: string; rule: { name: string } }[] };
    };
    for (const { from, rule } of summary.violations) {
      refused.set(from, (refused.get(from) ?? new Set()).add(rule.name));
    }
  });

  it('fails', () => {
    expect(status).not.toBe(0);
  });

  it.each(plantedImports.map(({ file, refusedBy }) => ({ file, refusedBy })))('$file: $refusedBy', (planted) => {
    expect([...(refused.get(planted.file) ?? [])].sort()).toEqual([...planted.refusedBy].sort());
  });

  it('refuses nothing but what was planted', () => {
    const broken = plantedImports.filter(({ refusedBy }) => refusedBy.length > 0).map(({ file }) => file);
    expect([...refused.keys()].sort()).toEqual(broken.sort());
  });
});

describe('lint', () => {
  const refused = new Map<string, string[]>();
  let status: number | null;
  beforeAll(() => {
    const run = check(contents(plantedLint), eslint, '.', '--max-warnings', '0', '--format', 'json');
    status = run.status;
    const files = JSON.parse(run.output) as {
      filePath: string;
      messages: { ruleId: string | null; message: string }[];
    }[];
    for (const { filePath, messages } of files) {
      const name = (ruleId: string | null, message: string): string =>
        ruleId ?? (message.includes('noInlineConfig') ? 'no inline configuration' : message);
      const rules = messages.map(({ ruleId, message }) => name(ruleId, message));
      if (rules.length > 0) refused.set(filePath.replace(/^.*baton-planted-[^/]*\//, ''), rules.sort());
    }
  });

  it('fails', () => {
    expect(status).not.toBe(0);
  });

  it.each(plantedLint.map(({ file, refusedBy }) => ({ file, refusedBy })))('$file: $refusedBy', (planted) => {
    expect(refused.get(planted.file) ?? []).toEqual([...planted.refusedBy].sort());
  });

  it('refuses nothing but what was planted', () => {
    const broken = plantedLint.filter(({ refusedBy }) => refusedBy.length > 0).map(({ file }) => file);
    expect([...refused.keys()].sort()).toEqual(broken.sort());
  });
});

describe('types', () => {
  it('refuses a wrong type', () => {
    const run = check(
      { 'src/leads/wrong.ts': 'export const n: number = "1";\n' },
      tsc,
      '--noEmit',
      '-p',
      'tsconfig.json',
    );
    expect(run.output).toMatch(/src\/leads\/wrong\.ts.*TS2322/);
    expect(run.status).not.toBe(0);
  });

  it.each([
    ['domain/lead/reads-env.ts', 'export const home = process.env;', 'TS2591'],
    ['domain/lead/reads-file.ts', "export { readFileSync } from 'node:fs';", 'TS2591'],
    ['domain/lead/waits.ts', 'export const wait = setTimeout;', 'TS2304'],
    ['domain/lead/fetches.ts', 'export const get = fetch;', 'TS2304'],
    ['domain/lead/reads-page.ts', 'export const page = document;', 'TS2584'],
    ['workflows/buffers.workflow.ts', "export const bytes = Buffer.from('x');", 'TS2591'],
  ])('does not compile %s without ambient types', (file, content, code) => {
    const run = check({ [file]: `${content}\n` }, 'scripts/check-core-types.mjs');
    expect(run.output).toMatch(new RegExp(`${file.replaceAll('.', '\\.')}.*${code}`));
    expect(run.status).not.toBe(0);
  });

  it('refuses an import that brings the ambient types of node back', () => {
    const run = check(
      { 'domain/lead/renders.ts': "export { Liquid } from 'liquidjs';\n" },
      'scripts/check-core-types.mjs',
    );
    expect(run.output).toContain('core-types: ');
    expect(run.status).not.toBe(0);
  });
});

describe('dead code', () => {
  it('refuses a file, an export and a dependency that nobody uses', () => {
    const run = check(
      {
        'domain/lead/forgotten.ts': 'export const forgotten = 1;\n',
        'src/people/person.entity.ts': "export class PersonEntity {\n  id = '';\n}\n\nexport const spare = 1;\n",
        'src/people/people.service.ts':
          "import 'pg';\nimport { PersonEntity } from './person.entity.js';\n\nexport class PeopleService {\n  owner(): PersonEntity {\n    return new PersonEntity();\n  }\n}\n",
      },
      knip,
      '--no-config-hints',
    );
    expect(run.output).toMatch(/Unused files \(1\)\ndomain\/lead\/forgotten\.ts/);
    expect(run.output).toMatch(/Unused exports \(1\)\nspare /);
    expect(run.output).toMatch(/Unlisted dependencies \(1\)\npg /);
    expect(run.status).not.toBe(0);
  });
});

describe('format', () => {
  it('refuses a file that is laid out otherwise', () => {
    const run = check({ 'domain/lead/crooked.ts': 'export const a = {b:1}\n' }, biome, 'format', '.');
    expect(run.output).toContain('domain/lead/crooked.ts');
    expect(run.status).not.toBe(0);
  });
});

describe('files', () => {
  const lines = (n: number): string => 'export {};\n'.repeat(n);

  it('refuses what does not belong into the tree, and names the rule', () => {
    const run = check(
      {
        'notes.txt': 'x\n',
        'domain/lead/too-long.ts': lines(301),
        'domain/lead/long-enough.ts': lines(300),
        'domain/lead/too-long.spec.ts': lines(301),
        'test/support/too-long.ts': lines(301),
        'web/src/api/generated.ts': lines(301),
        'src/leads/index.ts': lines(1),
        'src/leads/LeadsHelper.ts': lines(1),
      },
      'scripts/check-files.mjs',
    );
    expect(run.output.trim().split('\n').sort()).toEqual([
      'file-length: domain/lead/too-long.ts has 301 lines, at most 300',
      'file-name: src/leads/LeadsHelper.ts is not kebab-case noun.role',
      'no-barrels: src/leads/index.ts; only workflows/index.ts is an index',
      'root-closed-list: notes.txt does not belong into the root',
    ]);
    expect(run.status).not.toBe(0);
  });
});

describe('the workflow bundle', () => {
  it('is refused when core code drags calendars or schemas into the sandbox behind an allowed import', () => {
    const tree = plantTree({
      'domain/lead/lead-state.ts': `import { localHour } from '../time/local-hour.js';
import { leadSchema } from './lead.schema.js';

export type LeadState = 'new' | 'nurturing';

export function nextState(state: LeadState): LeadState {
  return leadSchema.safeParse({ state }).success && localHour(0, 'UTC') === 0 ? 'nurturing' : state;
}
`,
    });
    try {
      expect(tree.run('scripts/build.mjs').status).toBe(0);
      const run = tree.run('scripts/check-bundle.mjs');
      expect(run.output).toContain('sandbox-contents: ./domain/time/local-hour.js');
      expect(run.output).toContain('sandbox-contents: ./domain/lead/lead.schema.js');
      expect(run.output).toMatch(/sandbox-contents: .*node_modules\/zod\//);
      expect(run.status).not.toBe(0);
    } finally {
      tree.remove();
    }
  });

  it('is not made without the sandbox entry, and the build says so', () => {
    const run = check(
      { 'workflows/index.ts': '' },
      '--eval',
      "require('fs').rmSync('workflows/index.ts'); import('./scripts/build.mjs')",
    );
    expect(run.output).toContain('Is there a workflows/index.ts');
    expect(run.status).not.toBe(0);
  });
});
