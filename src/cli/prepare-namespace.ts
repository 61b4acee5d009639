import { setTimeout as sleep } from 'node:timers/promises';
import { Connection, ServiceError } from '@temporalio/client';
import type { TemporalConfig } from '../config/config.js';

/** `temporal.api.enums.v1.IndexedValueType`. */
const KEYWORD = 2;
const INT = 3;
const DATETIME = 6;

/** What an operator can search leads by; on Postgres there is room for ten keywords and three of each other type. */
export const SEARCH_ATTRIBUTES: Readonly<Record<string, number>> = {
  LeadState: KEYWORD,
  LeadCustody: KEYWORD,
  AccountablePerson: KEYWORD,
  Cadence: KEYWORD,
  HandoffState: KEYWORD,
  Source: KEYWORD,
  SlaDueAt: DATETIME,
  HandoffNo: INT,
};

/** How long Temporal keeps the history of a closed lead; the record keeps it for good. */
const RETENTION_SECONDS = 30 * 86_400;
const NOT_FOUND = 5;
const ALREADY_EXISTS = 6;
/** A new namespace is known to every part of the server only after its caches were read anew. */
const PATIENCE_MS = 60_000;

/** Makes sure that the namespace and its search attributes are there. Returns what was made now. */
export async function prepareNamespace({ address, namespace }: TemporalConfig): Promise<string[]> {
  const connection = await Connection.connect({ address });
  try {
    const made: string[] = [];
    if (!(await hasNamespace(connection, namespace))) {
      await ignoring(ALREADY_EXISTS, () =>
        connection.workflowService.registerNamespace({
          namespace,
          description: 'Leads of Baton',
          workflowExecutionRetentionPeriod: { seconds: RETENTION_SECONDS as never },
        }),
      );
      made.push(`namespace ${namespace}`);
    }
    const missing = await patiently(() => missingAttributes(connection, namespace));
    if (missing.length > 0) {
      const searchAttributes = Object.fromEntries(missing.map((name) => [name, SEARCH_ATTRIBUTES[name] ?? KEYWORD]));
      await patiently(() =>
        ignoring(ALREADY_EXISTS, () => connection.operatorService.addSearchAttributes({ namespace, searchAttributes })),
      );
      await patiently(async () => {
        const still = await missingAttributes(connection, namespace);
        if (still.length > 0) throw new Error(`search attributes are not known yet: ${still.join(', ')}`);
      });
      made.push(...missing.map((name) => `search attribute ${name}`));
    }
    return made;
  } finally {
    await connection.close();
  }
}

export async function hasNamespace(connection: Connection, namespace: string): Promise<boolean> {
  try {
    await connection.workflowService.describeNamespace({ namespace });
    return true;
  } catch (error) {
    if (codeOf(error) === NOT_FOUND) return false;
    throw error;
  }
}

export async function missingAttributes(connection: Connection, namespace: string): Promise<string[]> {
  const known = await connection.operatorService.listSearchAttributes({ namespace });
  return Object.keys(SEARCH_ATTRIBUTES).filter((name) => !Object.hasOwn(known.customAttributes ?? {}, name));
}

async function ignoring(code: number, call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (codeOf(error) !== code) throw error;
  }
}

async function patiently<T>(call: () => Promise<T>): Promise<T> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (Date.now() >= until) throw error;
      await sleep(200);
    }
  }
}

function codeOf(error: unknown): number | undefined {
  const cause = error instanceof ServiceError ? error.cause : error;
  return typeof cause === 'object' && cause !== null && 'code' in cause && typeof cause.code === 'number'
    ? cause.code
    : undefined;
}
