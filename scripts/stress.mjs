// Leads under stress on a stack of its own, with a Temporal that is killed too: `npm run stress -- --seed 11,13 --leads 200
// --kills 10`. Each seed tells what it did and, when it fails, how to run it again.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '11,13,17,19,23' },
    leads: { type: 'string', default: '200' },
    kills: { type: 'string', default: '8' },
  },
});
const jest = spawn(
  process.execPath,
  [
    ...[
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      join('node_modules', 'jest', 'bin', 'jest.js'),
    ],
    ...['--selectProjects', 'integration', '--runInBand', 'test/stress/stress.test.ts'],
  ],
  {
    stdio: 'inherit',
    env: {
      ...process.env,
      BATON_STRESS_SEEDS: values.seed,
      BATON_STRESS_LEADS: values.leads,
      BATON_STRESS_KILLS: values.kills,
    },
  },
);
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => jest.kill(signal));
process.on('SIGINT', () => {});
jest.on('close', (status) => {
  process.exitCode = status ?? 1;
});
