import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';

/** Addresses of the run's PostgreSQL, Temporal and mail catcher; all test files share them. */
export const testStack = {
  /** Connection string of the server's own database, for a superuser. */
  get adminUrl(): string {
    return read('BATON_TEST_PG_URL');
  },
  get temporalAddress(): string {
    return read('BATON_TEST_TEMPORAL_ADDRESS');
  },
  /** A namespace with the search attributes. */
  get namespace(): string {
    return read('BATON_TEST_TEMPORAL_NAMESPACE');
  },
  get smtpUrl(): string {
    return read('BATON_TEST_SMTP');
  },
  get mailboxUrl(): string {
    return read('BATON_TEST_MAILBOX');
  },
};

export interface TestDatabase {
  readonly name: string;
  readonly url: string;
  /** Ends what is still connected to it. */
  drop(): Promise<void>;
}

/** A database of its own with the current schema and nothing in it, or what `template` has. */
export async function createTestDatabase(template = read('BATON_TEST_TEMPLATE_DB')): Promise<TestDatabase> {
  const name = `baton_test_${randomBytes(6).toString('hex')}`;
  await createFromTemplate(name, template);
  return {
    name,
    url: urlOf(name),
    drop: () => withAdmin(async (admin) => void (await admin.query(`drop database if exists ${name} with (force)`))),
  };
}

export interface CaughtMessage {
  /** Sorts in the order of arrival. */
  readonly id: string;
  /** Plain addresses, as in the mail's own headers. */
  readonly from: string;
  readonly to: readonly string[];
  readonly envelope: { readonly from: string; readonly to: readonly string[] };
  readonly subject: string;
  /** By lower-case name; a list where a name stands several times. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly text: string;
  readonly html: string;
  /** ISO instant. */
  readonly receivedAt: string;
}

export interface MessageFilter {
  /** Part of a recipient's address. */
  readonly to?: string;
  /** Part of the subject. */
  readonly subject?: string;
}

export interface MailFault {
  /** What each does: scripts/local-stack/mail-faults.mjs. */
  readonly stage: 'connect' | 'mail' | 'rcpt' | 'data' | 'data_drop' | 'after_dot_drop' | 'slow';
  /** 400–599; default 421 for `connect`, else 451. */
  readonly code?: number;
  /** How often it strikes; default 1. */
  readonly count?: number;
  readonly delayMs?: number;
  /** Strikes only where a recipient contains this; not with `connect` and `mail`. Test files share the catcher. */
  readonly to?: string;
}

/** The shared mail catcher. Other test files send at the same time: always filter by a recipient of one's own. */
export const mailbox = {
  /** Oldest first. */
  async messages(filter: MessageFilter = {}): Promise<readonly CaughtMessage[]> {
    const { items } = (await callMailbox('GET', `messages${query(filter)}`)) as { items: CaughtMessage[] };
    return items;
  },

  async clear(filter: MessageFilter): Promise<void> {
    await callMailbox('DELETE', `messages${query(filter)}`);
  },

  async setFaults(...faults: readonly MailFault[]): Promise<void> {
    await callMailbox('POST', 'faults', faults);
  },

  /** Removes all faults, or those that were limited to exactly this `to`. */
  async clearFaults(to?: string): Promise<void> {
    await callMailbox('DELETE', `faults${query(to === undefined ? {} : { to })}`);
  },
};

/**
 * A template that `load` has filled, by its name; the first test file of the run that needs it fills it. What `load` is given
 * is a connection string; it leaves no connection behind.
 */
export async function filledTemplate(what: string, load: (url: string) => Promise<void>): Promise<string> {
  const name = `baton_template_${createHash('sha256').update(what).digest('hex').slice(0, 12)}`;
  await withAdmin(async (admin) => {
    await admin.query('select pg_advisory_lock(hashtext($1))', [name]);
    const { rowCount } = await admin.query('select 1 from pg_database where datname = $1 and datistemplate', [name]);
    if (rowCount === 1) return;
    // One that was begun and not finished.
    await admin.query(`drop database if exists ${name} with (force)`);
    await createFromTemplate(name, read('BATON_TEST_TEMPLATE_DB'));
    await load(urlOf(name));
    await admin.query(`alter database ${name} with is_template true allow_connections false`);
  });
  return name;
}

function urlOf(database: string): string {
  const url = new URL(testStack.adminUrl);
  url.pathname = `/${database}`;
  return url.href;
}

const MIN_PAUSE_MS = 25;
const MAX_PAUSE_MS = 150;

/**
 * Asks until the answer is truthy and returns it.
 *
 * @throws after `timeoutMs` (default 10 s), naming `what`
 */
export async function waitFor<Result>(
  condition: () => Result | Promise<Result>,
  { timeoutMs = 10_000, what, intervalMs }: { timeoutMs?: number; what: string; intervalMs?: number },
): Promise<Exclude<Result, undefined | null | false | 0 | ''>> {
  const startedAt = Date.now();
  const deadline = startedAt + timeoutMs;
  for (;;) {
    const answer = await condition();
    if (answer) return answer as Exclude<Result, undefined | null | false | 0 | ''>;
    if (Date.now() > deadline) throw new Error(`${what}: did not happen within ${timeoutMs} ms`);
    // Who has waited long looks less often: the machine has other work.
    const pauseMs = intervalMs ?? Math.min(MAX_PAUSE_MS, MIN_PAUSE_MS + (Date.now() - startedAt) / 20);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

async function createFromTemplate(name: string, template: string): Promise<void> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    try {
      await withAdmin((admin) => admin.query(`create database ${name} template ${template} strategy file_copy`));
      return;
    } catch (error) {
      const inUse = error instanceof pg.DatabaseError && error.code === '55006';
      if (!inUse || Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function withAdmin<Result>(work: (admin: pg.Client) => Promise<Result>): Promise<Result> {
  const admin = new pg.Client({ connectionString: testStack.adminUrl });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

async function callMailbox(method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${testStack.mailboxUrl}/api/${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`mail catcher: ${method} ${path} answered ${response.status}: ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

function query(filter: MessageFilter): string {
  const pairs = Object.entries(filter).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs).toString()}`;
}

function read(name: string): string {
  const value = process.env[name];
  if (value === undefined)
    throw new Error(`${name} is not set: this test needs the integration project's global set-up`);
  return value;
}
