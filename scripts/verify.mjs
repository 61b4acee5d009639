// Every check that needs no server, in the order of the time they take. Runs all of them even after a failure, prints
// the output of those that failed, and ends with a total.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const bin = (...path) => join('node_modules', ...path);
const tsc = bin('typescript7', 'bin', 'tsc');
const jest = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', bin('jest', 'bin', 'jest.js')];

/** @type {[name: string, args: string[]][]} arguments for node */
const steps = [
  ['format', [bin('@biomejs', 'biome', 'bin', 'biome'), 'format', '.']],
  ['files', ['scripts/check-files.mjs']],
  ['types: all', [tsc, '--noEmit', '-p', 'tsconfig.json']],
  ['types: domain and workflows', ['scripts/check-core-types.mjs']],
  ['imports', ['scripts/check-imports.mjs']],
  ['dead code', [bin('knip', 'bin', 'knip.js')]],
  ['lint', [bin('eslint', 'bin', 'eslint.js'), '.', '--max-warnings', '0']],
  ['build and workflow bundle', ['scripts/build.mjs']],
  ['sandbox contents', ['scripts/check-bundle.mjs']],
  ['unit', [...jest, '--selectProjects', 'unit', '--maxWorkers=2']],
  ['replay', [...jest, '--selectProjects', 'replay', '--maxWorkers=2']],
];

if (!existsSync('node_modules')) {
  console.error('verify: node_modules is missing; run `npm ci` first.');
  process.exit(1);
}

const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;
const begin = performance.now();
const failed = [];
for (const [name, args] of steps) {
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, FORCE_COLOR: '0' },
  });
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'}  ${name.padEnd(28)} ${seconds(start).padStart(7)}`);
  if (status === 0) continue;
  failed.push(name);
  console.log(`${stdout}${stderr}`.trimEnd().replaceAll(/^/gm, '        '));
}

const which = failed.length === 0 ? '' : ` (${failed.join(', ')})`;
console.log(
  `verify: ${steps.length - failed.length} checks passed, ${failed.length} failed${which} in ${seconds(begin)}`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
