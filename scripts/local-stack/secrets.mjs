import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readJsonObject, writeFileAtomic } from './files.mjs';

/**
 * The home's own secrets, made at its first start. Links in mails sent before a restart must keep working after it, so
 * the signing key stays.
 *
 * @param {string} home
 * @returns {{ databasePassword: string, signingKeys: string }} signingKeys: `k1:` and 32 bytes in base64url
 */
export function readOrMakeSecrets(home) {
  const file = join(home, 'secrets.json');
  const { databasePassword, signingKeys } = readJsonObject(file);
  if (typeof databasePassword === 'string' && typeof signingKeys === 'string') return { databasePassword, signingKeys };
  const made = {
    databasePassword: randomBytes(18).toString('base64url'),
    signingKeys: `k1:${randomBytes(32).toString('base64url')}`,
  };
  writeFileAtomic(file, JSON.stringify(made), 0o600);
  return made;
}
