import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {string} the per-user cache of what is dear to make: BATON_CACHE_DIR, else XDG_CACHE_HOME/baton, else
 *   ~/.cache/baton
 */
export function cacheDir(env) {
  return env.BATON_CACHE_DIR || join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'baton');
}
