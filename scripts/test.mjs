// Installs and builds what is missing, runs every test project and ends with one line `N passed, N failed`.
// Arguments go to Jest (a path, -t name).
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installAndBuild } from './local-stack/install-and-build.mjs';
import { createProgress } from './local-stack/progress.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const root = process.cwd();
try {
  await installAndBuild({ root, progress: createProgress(process.stdout) });
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  console.log('0 passed, 1 failed');
  process.exit(1);
}

const folder = mkdtempSync(join(tmpdir(), 'baton-test-'));
const summaryPath = join(folder, 'summary.jsonl');
const args = [
  // Code is optimised when it has run 15 times as long as V8 asks for: most of what tests run, runs a few times.
  '--interrupt-budget=2000000',
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  join('node_modules', 'jest', 'bin', 'jest.js'),
  // More than cores of a small machine: most files wait for clocks and other processes.
  '--maxWorkers=3',
  ...process.argv.slice(2),
];
const jest = spawn(process.execPath, args, {
  stdio: 'inherit',
  env: { ...process.env, BATON_TEST_SUMMARY: summaryPath },
});

// Ctrl-C reaches Jest as well; it stops the stack, and this process waits for it. A signal to this process alone is
// passed on.
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => jest.kill(signal));
process.on('SIGINT', () => {});

jest.on('close', (status, signal) => {
  const lines = existsSync(summaryPath) ? readFileSync(summaryPath, 'utf8').trim().split('\n') : [];
  rmSync(folder, { recursive: true, force: true });
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const line of lines) {
    const totals = JSON.parse(line);
    for (const key of Object.keys(sum)) sum[key] += totals[key];
  }
  // No summary, no test, or a bad end (global set-up or tear-down, a crash) is a failure that no test counted.
  const wentWrong = status !== 0 || signal !== null || sum.passed + sum.failed + sum.skipped === 0;
  if (wentWrong && sum.failed === 0) sum.failed = 1;
  console.log(`${sum.passed} passed, ${sum.failed} failed${sum.skipped > 0 ? `, ${sum.skipped} skipped` : ''}`);
  process.exitCode = sum.failed > 0 ? 1 : 0;
});
