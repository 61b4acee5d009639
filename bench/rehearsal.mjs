// How long a rehearsal of ninety days takes: the example cadence with its script, on a stack of its own. Prints every
// run and the median; ends with exit code 1 above LIMIT_MS, from where on nobody waits for it. Usage: npm run bench [runs]
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const LIMIT_MS = 30_000;
const READY_WITHIN_MS = 180_000;
const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);

const runs = Number(process.argv[2] ?? 5);
const home = mkdtempSync(join(tmpdir(), 'baton-bench-'));
const workspace = join(home, 'workspace');
// The rules without the leads: nothing else is to be done meanwhile.
cpSync('examples', workspace, { recursive: true, filter: (path) => !path.endsWith('.csv') });

const stackFile = join(home, 'stack', 'stack.json');
const stack = spawn(process.execPath, ['scripts/start.mjs', '--home', join(home, 'stack'), '--workspace', workspace], {
  stdio: ['ignore', 'ignore', 'inherit'],
});
const stopped = new Promise((resolve) => stack.once('exit', resolve));

function baton(...args) {
  const done = spawnSync(process.execPath, [join('dist', 'src', 'cli', 'baton.js'), ...args], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`baton ended with ${done.status}: ${done.stderr}${done.stdout}`);
  return done.stdout;
}

try {
  for (const deadline = Date.now() + READY_WITHIN_MS; !existsSync(stackFile); await pause(200)) {
    if (stack.exitCode !== null || Date.now() > deadline) throw new Error('the stack did not start');
  }
  const cadence = join(workspace, 'cadences', 'trade-show-follow-up.yaml');
  const [lead, script] = ['nora', 'silent-rep'].map((name) => join(workspace, 'rehearsals', `${name}.yaml`));
  const given = [cadence, '--lead', lead, '--script', script, '--from', '2026-04-14T09:00:00Z', '--days', '90'];
  const took = [];
  for (let run = 1; run <= runs; run += 1) {
    const [answer] = JSON.parse(baton('rehearse', ...given, '--json', '--home', join(home, 'stack')));
    took.push(answer.tookMs);
    console.log(`run ${run}: ${answer.tookMs} ms, ${answer.track.length} entries, ${answer.progress.steps} instants`);
  }
  const median = took.toSorted((a, b) => a - b)[Math.floor(took.length / 2)];
  console.log(`90 days of trade-show-follow-up: median ${median} ms of ${took.length} runs, sandbox included`);
  if (median > LIMIT_MS) process.exitCode = 1;
} finally {
  stack.kill('SIGTERM');
  await stopped;
  rmSync(home, { recursive: true, force: true });
}
