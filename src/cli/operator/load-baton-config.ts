import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Config, type Environment, loadConfig } from '../../config/config.js';

const stackSchema = z.object({
  api: z.string(),
  temporalAddress: z.string(),
  temporalUi: z.string().nullable(),
  namespace: z.string(),
  smtp: z.string(),
  databaseUrl: z.string(),
});

/** Where `npm start` keeps its state unless told otherwise. */
const USUAL_HOME = '.baton';

/**
 * With `home` what the running local stack there has written into its `stack.json`, else the environment; where that
 * names no database, the usual home.
 */
export function loadBatonConfig(env: Environment, home: string | undefined): Config {
  if (home === undefined && env['DATABASE_URL']) return loadConfig(env);
  const folder = home ?? USUAL_HOME;
  const file = join(folder, 'stack.json');
  const text = readIfThere(file);
  if (text === undefined) {
    const otherwise = home === undefined ? ', or name its home with --home, or set DATABASE_URL and the like' : '';
    throw new Error(`${file} is not there: nothing runs on this home. Start it with npm start${otherwise}`);
  }
  const stack = parseStack(file, text);
  return loadConfig({
    BASE_URL: stack.api,
    DATABASE_URL: stack.databaseUrl,
    TEMPORAL_ADDRESS: stack.temporalAddress,
    TEMPORAL_NAMESPACE: stack.namespace,
    TEMPORAL_UI_URL: stack.temporalUi ?? undefined,
    SMTP_URL: stack.smtp,
    // These commands send no mail.
    MAIL_FROM_DOMAIN: 'localhost',
    SIGNING_KEYS: signingKeysOf(folder),
  });
}

function parseStack(file: string, text: string): z.output<typeof stackSchema> {
  try {
    return stackSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new Error(`${file} is not what npm start writes: stop the stack and start it again`, { cause: error });
  }
}

/** Those of the stack; these commands sign nothing, so that others do where its secrets may not be read. */
function signingKeysOf(home: string): string {
  const text = readIfThere(join(home, 'secrets.json'));
  const secrets = text === undefined ? {} : (JSON.parse(text) as { signingKeys?: string });
  return secrets.signingKeys ?? `none:${randomBytes(32).toString('base64url')}`;
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
