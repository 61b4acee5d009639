import { describe, expect, it } from '@jest/globals';
import { type CheckerRun, plantTree } from './plant-tree.js';

const spec = (body: string): string => `import { expect, it } from '@jest/globals';\n${body}\n`;

function within(files: Readonly<Record<string, string>>, run: 'npm test' | '.ci/run'): CheckerRun {
  const tree = plantTree(files);
  try {
    return run === 'npm test' ? tree.run('scripts/test.mjs') : tree.execute('bash', '.ci/run');
  } finally {
    tree.remove();
  }
}

const lastLine = ({ stdout }: CheckerRun): string | undefined => stdout.trimEnd().split('\n').at(-1);
const totalLines = ({ stdout }: CheckerRun): number => (stdout.match(/^\d+ passed, \d+ failed/gm) ?? []).length;

describe('npm test', () => {
  it.each([
    ['counts what passed', {}, '1 passed, 0 failed', 0],
    [
      'counts what was skipped',
      { 'domain/a.spec.ts': spec("it.skip('x', () => {});") },
      '1 passed, 0 failed, 1 skipped',
      0,
    ],
    ['fails with a test', { 'domain/a.spec.ts': spec("it('x', () => expect(1).toBe(2));") }, '1 passed, 1 failed', 1],
    [
      'fails with a rejection that nobody waits for',
      {
        'domain/a.spec.ts': spec(
          "it('x', async () => { void Promise.reject(new Error('loose')); await new Promise((end) => setTimeout(end, 50)); });",
        ),
      },
      '1 passed, 1 failed',
      1,
    ],
    [
      'fails with a suite that cannot be loaded',
      { 'domain/a.spec.ts': "import './nowhere.js';\n" },
      '1 passed, 1 failed',
      1,
    ],
    ['fails without any test', { 'domain/lead/lead-state.spec.ts': spec('export {};') }, '0 passed, 1 failed', 1],
    [
      'fails with its global set-up',
      {
        'test/integration/a.test.ts': spec("it('x', () => {});"),
        'test/support/global-setup.js': "export default () => Promise.reject(new Error('no stack'));\n",
        'test/support/global-teardown.js': 'export default () => undefined;\n',
      },
      '0 passed, 1 failed',
      1,
    ],
  ])('%s', (_name, files, total, status) => {
    const run = within(files, 'npm test');
    expect({ total: lastLine(run), lines: totalLines(run), status: run.status }).toEqual({ total, lines: 1, status });
  });
});

describe('.ci/run', () => {
  const project = (verify: string, test: string): Record<string, string> => ({
    'package.json': JSON.stringify({ type: 'module', scripts: { verify, test } }),
  });
  const good = "echo 'verify: 11 checks passed, 0 failed in 1.0 s'";
  const bad = "echo 'verify: 9 checks passed, 2 failed (lint, imports) in 1.0 s' && exit 1";

  it.each([
    ['passes with both', good, "echo '7 passed, 0 failed, 2 skipped'", '7 passed, 0 failed, 2 skipped', 0],
    ['counts failed checks as failures', bad, "echo '7 passed, 1 failed' && exit 1", '7 passed, 3 failed', 1],
    ['fails with the checks alone', bad, "echo '7 passed, 0 failed'", '7 passed, 2 failed', 1],
    ['fails when the checks break off', 'exit 1', "echo '7 passed, 0 failed'", '7 passed, 1 failed', 1],
    ['fails when the tests break off', good, 'exit 1', '0 passed, 1 failed', 1],
    ['fails when nothing was tested', good, "echo '0 passed, 0 failed'", '0 passed, 1 failed', 1],
  ])('%s', (_name, verify, test, total, status) => {
    const run = within(project(verify, test), '.ci/run');
    expect({ total: lastLine(run), lines: totalLines(run), status: run.status }).toEqual({ total, lines: 1, status });
  });
});
