import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readJsonObject, writeFileAtomic } from './files.mjs';

/**
 * Where the workflows of a home's leads run: in its own dev server, in a server on its PostgreSQL, or in one that
 * somebody else runs. A home stays with what it began with: another server would know none of its leads.
 *
 * @typedef {{ mode: 'dev' } | { mode: 'postgres' } | { mode: 'address', address: string }} TemporalMode
 */

/**
 * @param {string} home
 * @param {{ temporal: string | undefined }} options of the command line: undefined = TEMPORAL_ADDRESS if set, else as
 *   the home began, else `dev`
 * @param {NodeJS.ProcessEnv} env
 * @returns {TemporalMode}
 * @throws when the home began with another one
 */
export function chooseTemporalMode(home, { temporal }, env) {
  const asked = toMode(temporal ?? (env.TEMPORAL_ADDRESS || undefined));
  const kept = keptMode(home);
  if (kept === undefined) return asked ?? { mode: 'dev' };
  if (asked === undefined) return kept;
  if (asked.mode === kept.mode) return asked;
  const because = temporal === undefined ? `TEMPORAL_ADDRESS=${env.TEMPORAL_ADDRESS}` : `--temporal ${temporal}`;
  throw new Error(
    [
      `the leads of ${home} live in ${describe(kept)}; with ${because} their workflows would be missing, so nothing was started.`,
      `  Start it with --temporal ${kept.mode === 'address' ? kept.address : kept.mode}, or give this one another --home.`,
    ].join('\n'),
  );
}

/**
 * @param {string} home
 * @param {TemporalMode} mode called before the first lead can have a workflow
 */
export function keepTemporalMode(home, mode) {
  writeFileAtomic(fileIn(home), JSON.stringify(mode));
}

/**
 * @param {string} home
 * @returns {TemporalMode | undefined}
 */
function keptMode(home) {
  const { mode, address } = readJsonObject(fileIn(home));
  if (mode === 'dev' || mode === 'postgres') return { mode };
  if (mode === 'address' && typeof address === 'string') return { mode, address };
  // Homes of earlier versions wrote down nothing, and their dev server leaves this.
  return existsSync(join(home, 'temporal', 'was-ready')) ? { mode: 'dev' } : undefined;
}

/**
 * @param {string | undefined} text
 * @returns {TemporalMode | undefined}
 */
function toMode(text) {
  if (text === undefined) return undefined;
  return text === 'dev' || text === 'postgres' ? { mode: text } : { mode: 'address', address: text };
}

/** @param {TemporalMode} mode */
function describe(mode) {
  if (mode.mode === 'dev') return 'its own dev server';
  return mode.mode === 'postgres' ? 'the Temporal server on its PostgreSQL' : `the Temporal server at ${mode.address}`;
}

/** @param {string} home */
function fileIn(home) {
  return join(home, 'temporal.json');
}
