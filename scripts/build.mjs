// Compiles the tree and bundles the workflows into dist/. The new tree grows beside the old one and takes its place at
// the end, so a failed build leaves the last good dist/ standing and no reader sees half of one.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflows } from './bundle-workflows.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);

const assetKinds = new Set(['.html', '.liquid', '.css']);
// Same depth as dist/, or the relative paths in the source maps would be wrong after the rename.
const fresh = `.dist-${process.pid}`;
const old = `${fresh}-old`;

function compile() {
  const tsc = join('node_modules', 'typescript7', 'bin', 'tsc');
  const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', fresh], {
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('compilation failed');
}

function copyAssets() {
  if (!existsSync('src')) return;
  for (const entry of readdirSync('src', { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !assetKinds.has(extname(entry.name))) continue;
    const path = join(entry.parentPath, entry.name);
    cpSync(path, join(fresh, path));
  }
}

try {
  compile();
  copyAssets();
  await bundleWorkflows(fresh);
  if (existsSync('dist')) renameSync('dist', old);
  renameSync(fresh, 'dist');
} catch (error) {
  console.error(`build: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  rmSync(fresh, { recursive: true, force: true });
  rmSync(old, { recursive: true, force: true });
}
