// Runs dependency-cruiser over the parts that exist; a feature's or a whole part's folder may be deleted.
// Arguments go to dependency-cruiser.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const parts = ['domain', 'workflows', 'activities', 'src', 'web'].filter((part) => existsSync(part));
const cli = join('node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');
const { status } = spawnSync(
  process.execPath,
  [cli, '--config', '.dependency-cruiser.cjs', ...process.argv.slice(2), ...parts],
  {
    stdio: 'inherit',
  },
);
process.exitCode = status ?? 1;
