import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';

const quiet = { trace() {}, debug() {}, info() {}, log() {}, warn: console.warn, error: console.error };

/**
 * Bundles the compiled sandbox entry `<dist>/workflows/index.js` into `<dist>/workflow-bundle.js`, which the worker and
 * the replay tests load (a worker that bundles on its own takes more than twice as long to start).
 *
 * @param {string} dist folder of the compiled tree
 * @returns {Promise<{ path: string, bytes: number }>}
 * @throws when the entry is missing or the workflow code reaches something the sandbox refuses
 */
export async function bundleWorkflows(dist) {
  const workflowsPath = resolve(dist, 'workflows', 'index.js');
  if (!existsSync(workflowsPath)) {
    throw new Error(
      `workflow bundle: ${workflowsPath} is missing. Is there a workflows/index.ts, and was it compiled?`,
    );
  }
  const path = resolve(dist, 'workflow-bundle.js');
  // Module names in the bundle, and so in stack traces, are relative to the working directory.
  const cwd = process.cwd();
  process.chdir(dist);
  try {
    const { code } = await bundleWorkflowCode({ workflowsPath, logger: quiet });
    await writeFile(path, code);
    return { path, bytes: Buffer.byteLength(code) };
  } finally {
    process.chdir(cwd);
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { path, bytes } = await bundleWorkflows(process.argv[2] ?? 'dist');
  console.log(`${path}: ${Math.round(bytes / 1024)} kB`);
}
