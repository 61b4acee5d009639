import { z } from 'zod';
import { type LeadVersion, NEWEST_LEAD_VERSION, readLeadVersion } from '../../domain/lead/lead-version.js';
import { IO_QUEUE, LEADS_QUEUE } from '../../workflows/contracts/lead-lifecycle.contract.js';

/** Environment as it comes, e.g. `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Milliseconds; PostgreSQL and the driver take 0 for "never", which nobody may configure by accident. */
const limitMs = z.coerce.number().int().min(100);
const port = z.coerce.number().int().min(0).max(65_535);
const url = z.url();

/** `id:base64url,id2:base64url`: the first key signs, all verify. */
const signingKeys = z
  .string()
  .min(1)
  .transform((text, context) =>
    text.split(',').map((part) => {
      const [id = '', encoded = ''] = part.trim().split(':');
      const secret = Buffer.from(encoded, 'base64url');
      if (!/^[A-Za-z0-9_-]+$/.test(id) || secret.length < 16) {
        context.addIssue({ code: 'custom', message: 'expected id:secret with at least 16 bytes of base64url' });
      }
      return { id, secret };
    }),
  );

/** `host:port, host2:port`: receivers of the operator's own, which webhooks may reach without TLS and by any address. */
const allowedHosts = z
  .string()
  .default('')
  .transform((text, context) =>
    text
      .split(',')
      .map((part) => part.trim().toLowerCase())
      .filter((part) => part !== '')
      .map((part) => {
        if (!/^(\[[0-9a-f:.]+\]|[a-z0-9.-]+):\d{1,5}$/.test(part)) {
          context.addIssue({ code: 'custom', message: 'expected host:port, such as crm.internal:8080' });
        }
        return part;
      }),
  );

/** Held back while a deployment may still go back to the release before. */
const leadVersion = z.coerce
  .number()
  .default(NEWEST_LEAD_VERSION)
  .transform((v, context) => {
    const version = readLeadVersion(v);
    if (typeof version === 'number') return version;
    context.addIssue({ code: 'custom', message: `expected a version from 1 to ${NEWEST_LEAD_VERSION}` });
    return z.NEVER;
  });

const databaseEnvironment = z.object({
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, 'expected postgres://…'),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(1).default(10),
  DATABASE_CONNECT_TIMEOUT_MS: limitMs.default(5_000),
  DATABASE_STATEMENT_TIMEOUT_MS: limitMs.default(10_000),
  DATABASE_LOCK_TIMEOUT_MS: limitMs.default(5_000),
});

const temporalEnvironment = z.object({
  TEMPORAL_ADDRESS: z.string().min(1).default('127.0.0.1:7233'),
  TEMPORAL_NAMESPACE: z.string().min(1).default('baton'),
  TEMPORAL_UI_URL: url.optional(),
  TASK_QUEUE_LEADS: z.string().min(1).default(LEADS_QUEUE),
  TASK_QUEUE_IO: z.string().min(1).default(IO_QUEUE),
  LEAD_VERSION: leadVersion,
});

const environment = z.object({
  ...databaseEnvironment.shape,
  ...temporalEnvironment.shape,
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: port.default(4100),
  BASE_URL: url.optional(),
  SMTP_URL: z.string().regex(/^smtps?:\/\//, 'expected smtp://…'),
  SMTP_CONNECTIONS: z.coerce.number().int().min(1).max(100).default(5),
  MAILBOX_URL: url.optional(),
  MAIL_FROM_DOMAIN: z.string().min(1),
  SIGNING_KEYS: signingKeys,
  SECRETS_KEYS: signingKeys.optional(),
  WEBHOOK_ALLOWED_HOSTS: allowedHosts,
  IMPORT_MAX_BYTES: z.coerce
    .number()
    .int()
    .min(1)
    .default(50 * 1024 * 1024),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  WORKER_HEALTH_PORT: port.default(0),
});

export interface DatabaseConfig {
  readonly url: string;
  readonly poolSize: number;
  /** Without them statements may take as long as they need, as those of a migration. */
  readonly timeouts?: DatabaseTimeouts;
  /** The schema every name is looked up in; the role's usual one when absent. Of a rehearsal's sandbox. */
  readonly schema?: string;
}

/** Milliseconds after which a request gives PostgreSQL up, so that nothing hangs with it. */
export interface DatabaseTimeouts {
  /** For a connection: a new one, or one of the pool to become free. */
  readonly connectMs: number;
  readonly statementMs: number;
  /** For a row or table somebody else holds. */
  readonly lockMs: number;
}

export interface TemporalConfig {
  readonly address: string;
  readonly namespace: string;
  readonly uiUrl: string | null;
  readonly leadsQueue: string;
  readonly ioQueue: string;
  /** Version that new leads start with. */
  readonly leadVersion: LeadVersion;
  /** Of a rehearsal's sandbox: stands before the workflow ids of its leads. */
  readonly workflowIdPrefix?: string;
}

export interface SigningKey {
  readonly id: string;
  readonly secret: Buffer;
}

/** The environment, parsed once; nobody else reads `process.env`. `healthPort` 0 = any free port. */
export interface Config {
  readonly http: { readonly host: string; readonly port: number; readonly baseUrl: string };
  readonly database: DatabaseConfig;
  readonly temporal: TemporalConfig;
  readonly mail: {
    readonly smtpUrl: string;
    readonly mailboxUrl: string | null;
    readonly fromDomain: string;
    /** Mails a process sends at the same time, each over a connection of its own. */
    readonly connections: number;
    /** Of a rehearsal's sandbox: nothing is sent, everything counts as accepted. */
    readonly recordOnly?: true;
  };
  readonly signing: { readonly keys: readonly SigningKey[] };
  /** What secrets in the database are encrypted with: the first encrypts, all decrypt. */
  readonly secrets: { readonly keys: readonly SigningKey[] };
  readonly webhooks: { readonly allowedHosts: readonly string[] };
  /** Size of a file of leads. */
  readonly imports: { readonly maxBytes: number };
  readonly log: { readonly level: string };
  readonly worker: { readonly healthPort: number };
}

/** Parses the whole environment of api and worker. Throws one error that names every wrong variable. */
export function loadConfig(env: Environment): Config {
  const values = parse(environment, env);
  return {
    http: {
      host: values.HOST,
      port: values.PORT,
      baseUrl: (values.BASE_URL ?? `http://${values.HOST}:${values.PORT}`).replace(/\/+$/, ''),
    },
    database: toDatabaseConfig(values),
    temporal: toTemporalConfig(values),
    mail: {
      smtpUrl: values.SMTP_URL,
      mailboxUrl: values.MAILBOX_URL ?? null,
      fromDomain: values.MAIL_FROM_DOMAIN,
      connections: values.SMTP_CONNECTIONS,
    },
    signing: { keys: values.SIGNING_KEYS },
    secrets: { keys: values.SECRETS_KEYS ?? values.SIGNING_KEYS },
    webhooks: { allowedHosts: values.WEBHOOK_ALLOWED_HOSTS },
    imports: { maxBytes: values.IMPORT_MAX_BYTES },
    log: { level: values.LOG_LEVEL },
    worker: { healthPort: values.WORKER_HEALTH_PORT },
  };
}

/** For commands that need the database alone. */
export function loadDatabaseConfig(env: Environment): DatabaseConfig {
  return toDatabaseConfig(parse(databaseEnvironment, env));
}

function toDatabaseConfig(values: z.output<typeof databaseEnvironment>): DatabaseConfig {
  return {
    url: values.DATABASE_URL,
    poolSize: values.DATABASE_POOL_SIZE,
    timeouts: {
      connectMs: values.DATABASE_CONNECT_TIMEOUT_MS,
      statementMs: values.DATABASE_STATEMENT_TIMEOUT_MS,
      lockMs: values.DATABASE_LOCK_TIMEOUT_MS,
    },
  };
}

function toTemporalConfig(values: z.output<typeof temporalEnvironment>): TemporalConfig {
  return {
    address: values.TEMPORAL_ADDRESS,
    namespace: values.TEMPORAL_NAMESPACE,
    uiUrl: values.TEMPORAL_UI_URL?.replace(/\/+$/, '') ?? null,
    leadsQueue: values.TASK_QUEUE_LEADS,
    ioQueue: values.TASK_QUEUE_IO,
    leadVersion: values.LEAD_VERSION,
  };
}

function parse<S extends z.ZodType>(schema: S, env: Environment): z.output<S> {
  // An empty variable is how shells say "not set".
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const result = schema.safeParse(present);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`The environment is not usable:\n${lines.join('\n')}`);
}
