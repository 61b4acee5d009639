import { fileURLToPath } from 'node:url';
import { installAndBuild } from '../../scripts/local-stack/install-and-build.mjs';
import { createProgress } from '../../scripts/local-stack/progress.mjs';
import { startTestStack } from '../../scripts/local-stack/test-stack.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** One PostgreSQL, Temporal and mail catcher for the whole run; the tests read their addresses from BATON_TEST_*. */
export default async function startForTests() {
  const progress = createProgress(process.stderr);
  await installAndBuild({ root, progress });
  const onCrash = (message) => process.stderr.write(`\ntest stack: ${message}\n`);
  const stack = await progress.step(
    'test stack',
    () => startTestStack({ root, env: process.env, onCrash }),
    ({ env }) => `Temporal ${env.BATON_TEST_TEMPORAL_ADDRESS}, mailbox ${env.BATON_TEST_MAILBOX}`,
  );
  Object.assign(process.env, stack.env);
  const endings = [['exit', stack.kill]];
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) endings.push([signal, () => process.exit(1)]);
  for (const [name, listener] of endings) process.on(name, listener);
  // Jest runs set-up and tear-down in one process.
  globalThis.batonTestStack = {
    stop: async () => {
      await stack.stop();
      for (const [name, listener] of endings) process.off(name, listener);
    },
  };
}
