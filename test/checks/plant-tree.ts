import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cleanTree } from './clean-tree.js';

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** The checkers as they are in the repository, never copies that could grow apart from them. */
const checkers = [
  ...['tsconfig.json', 'tsconfig.build.json', 'tsconfig.domain.json', 'nest-cli.json'],
  ...['biome.json', 'eslint.config.js', 'jest.config.js', 'knip.json', '.dependency-cruiser.cjs'],
  ...['.ci', '.gitignore', '.npmrc', 'LICENSE', 'scripts', 'test/support/summary-reporter.js', 'test/support/runner'],
];

/** The rest of scripts/ starts processes and brings dependencies of its own. */
const filter = (path: string): boolean => !/scripts\/(?:local-stack|start|dev)/.test(path);

export interface CheckerRun {
  readonly status: number | null;
  readonly output: string;
  readonly stdout: string;
}

export interface PlantedTree {
  /** Runs `node <args>` in the tree. `output` is standard output followed by standard error. */
  run(...args: string[]): CheckerRun;
  /** Runs any other program there. */
  execute(program: string, ...args: string[]): CheckerRun;
  remove(): void;
}

/** A copy of the clean tree in a temporary folder with these files added or replaced, under the real checkers. */
export function plantTree(violations: Readonly<Record<string, string>> = {}): PlantedTree {
  const root = mkdtempSync(join(tmpdir(), 'baton-planted-'));
  for (const path of checkers) cpSync(join(repository, path), join(root, path), { recursive: true, filter });
  for (const [path, content] of Object.entries({ ...cleanTree, ...violations })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'), 'dir');
  const execute = (program: string, ...args: string[]): CheckerRun => {
    const { status, stdout, stderr } = spawnSync(program, args, {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      env: { ...process.env, FORCE_COLOR: '0', NO_COLOR: '1', NODE_OPTIONS: '' },
    });
    return { status, output: `${stdout}${stderr}`, stdout };
  };
  return {
    run: (...args) => execute(process.execPath, ...args),
    execute,
    remove() {
      rmSync(root, { recursive: true, force: true });
    },
  };
}
