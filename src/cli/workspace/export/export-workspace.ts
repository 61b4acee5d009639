import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DataSource } from 'typeorm';
import type { Config } from '../../../config/config.js';
import { FOLDERS, POLICIES_FOLDER } from '../workspace-places.js';
import { withWorkspaceApp } from '../workspace-app.js';
import { readStored } from './stored-workspace.js';
import { workspaceFiles } from './workspace-files.js';

interface ExportOptions {
  /** Write over files that are there. */
  readonly replace: boolean;
}

/**
 * Writes what is in force into a folder, as `examples/` is, without leads. Throws for a folder that has something in it,
 * unless told to replace. Returns what there is to say about it.
 */
export async function exportWorkspace(config: Config, folder: string, { replace }: ExportOptions): Promise<string[]> {
  if (!replace && existsSync(folder) && readdirSync(folder).length > 0) {
    throw new Error(`${folder} is not empty: name a new folder, or say --replace to write over its files`);
  }
  const { files, notes } = await withWorkspaceApp(config, async (app) =>
    workspaceFiles(
      // One snapshot: a change made meanwhile is in all of the files or in none.
      await app.get(DataSource).transaction('REPEATABLE READ', (manager) => readStored(app, manager)),
    ),
  );
  for (const { name, text } of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const written = files.map(({ name }) => name);
  return [
    ...notes,
    ...strangers(folder, written).map((name) => `${name}: Baton has no such document; the file is left alone`),
    `${files.length} files written to ${folder}; comments of files that were applied are not kept`,
  ];
}

function strangers(folder: string, written: readonly string[]): string[] {
  return [...Object.values(FOLDERS), POLICIES_FOLDER].flatMap((part) => {
    const path = join(folder, part);
    if (!existsSync(path)) return [];
    return readdirSync(path)
      .map((name) => `${part}/${name}`)
      .filter((name) => !written.includes(name))
      .sort();
  });
}
