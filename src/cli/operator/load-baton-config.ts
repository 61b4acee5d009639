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

/** The environment, or with `home` what the running local stack there has written into its `stack.json`. */
export function loadBatonConfig(env: Environment, home: string | undefined): Config {
  if (home === undefined) return loadConfig(env);
  let text: string;
  try {
    text = readFileSync(join(home, 'stack.json'), 'utf8');
  } catch {
    throw new Error(`${join(home, 'stack.json')} is not there: nothing runs on this home, start it with npm start`);
  }
  const stack = stackSchema.parse(JSON.parse(text));
  return loadConfig({
    BASE_URL: stack.api,
    DATABASE_URL: stack.databaseUrl,
    TEMPORAL_ADDRESS: stack.temporalAddress,
    TEMPORAL_NAMESPACE: stack.namespace,
    TEMPORAL_UI_URL: stack.temporalUi ?? undefined,
    SMTP_URL: stack.smtp,
    // These commands send nothing and sign nothing.
    MAIL_FROM_DOMAIN: 'localhost',
    SIGNING_KEYS: `none:${randomBytes(16).toString('base64url')}`,
  });
}
