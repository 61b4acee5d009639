import type { Config } from '../config/config.js';
import { schemaOf } from './sandbox-schema.service.js';

/** Connections of a sandbox: one lead at a time needs few. */
const POOL_SIZE = 4;

/** What stands before the workflow ids of a rehearsal. */
export const workflowIdPrefixOf = (rehearsalId: string): string => `rehearsal/${rehearsalId}/`;

/** The task queue of a sandbox: its own, so that no other worker takes its work and none of its own is left to others. */
const queueOf = (rehearsalId: string): string => `baton-rehearsal-${rehearsalId}`;

/** The deployment's configuration with everything that leads outside replaced. */
export function sandboxConfig(config: Config, id: string): Config {
  const queue = queueOf(id);
  return {
    ...config,
    database: { ...config.database, poolSize: POOL_SIZE, schema: schemaOf(id) },
    temporal: { ...config.temporal, leadsQueue: queue, ioQueue: queue, workflowIdPrefix: workflowIdPrefixOf(id) },
    // An address nobody answers at, should anything ever reach for a mail server.
    mail: { ...config.mail, smtpUrl: 'smtp://127.0.0.1:1', mailboxUrl: null, recordOnly: true },
  };
}
