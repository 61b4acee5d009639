import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

/** The workflow code of today, as built. */
export const BUILT_BUNDLE = fileURLToPath(new URL('../../dist/workflow-bundle.js', import.meta.url));

const NODE_MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url));
const quiet = { trace() {}, debug() {}, info() {}, log() {}, warn() {}, error() {} };

/** Other workflow code, as a bundle that a worker or a replay can load. */
export interface Bundle {
  readonly path: string;
  remove(): void;
}

/**
 * Bundles the workflow code of a release: `test/fixtures/releases/<name>.json.gz` holds the sources that its sandbox entry
 * reaches, by path. With the SDK of today, as after an upgrade of its own.
 */
export async function bundleRelease(name: string): Promise<Bundle> {
  const fixture = readFileSync(new URL(`../fixtures/releases/${name}.json.gz`, import.meta.url));
  const sources = JSON.parse(gunzipSync(fixture).toString()) as Record<string, string>;
  const folder = newFolder();
  symlinkSync(NODE_MODULES, join(folder, 'node_modules'));
  for (const [path, source] of Object.entries(sources)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), source);
  }
  // The native part of the SDK is loaded only where something is bundled.
  const { bundleWorkflowCode } = await import('@temporalio/worker');
  const { code } = await bundleWorkflowCode({ workflowsPath: join(folder, 'workflows', 'index.ts'), logger: quiet });
  return written(folder, code);
}

/** The code of today with other texts in it; throws when one of them is not there exactly once. */
export function alteredBundle(...changes: readonly (readonly [from: string, to: string])[]): Bundle {
  let code = readFileSync(BUILT_BUNDLE, 'utf8');
  for (const [from, to] of changes) {
    if (code.split(from).length !== 2) throw new Error(`the bundle does not have exactly one \`${from}\``);
    code = code.replace(from, to);
  }
  return written(newFolder(), code);
}

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'baton-bundle-'));

function written(folder: string, code: string): Bundle {
  const path = join(folder, 'workflow-bundle.js');
  writeFileSync(path, code);
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
