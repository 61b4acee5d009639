import { Connection } from '@temporalio/client';
import { webhookQueueOf } from '../../../workflows/contracts/webhook-delivery.contract.js';
import type { TemporalConfig } from '../../config/config.js';
import { hasNamespace, missingAttributes } from '../prepare-namespace.js';
import { examine, type Finding } from './finding.js';

const CONNECT_WITHIN_MS = 5_000;
const SKEW_MS = 2_000;
/** `temporal.api.enums.v1.TaskQueueType`. */
const QUEUES = { workflows: 1, activities: 2 } as const;
/** Rehearsals let time skip, which older servers cannot. */
const REHEARSES_FROM = [1, 32] as const;

/** What Temporal tells. */
export async function examineTemporal(config: TemporalConfig): Promise<Finding[]> {
  const { address, namespace } = config;
  let connection: Connection | undefined;
  const reach = await examine('temporal', `answers at ${address}`, 'start it, check TEMPORAL_ADDRESS', async () => {
    connection = await Connection.connect({ address, connectTimeout: CONNECT_WITHIN_MS });
    const { serverVersion } = await connection.workflowService.getClusterInfo({});
    const [major = 0, minor = 0] = serverVersion.split('.').map(Number);
    const old = major < REHEARSES_FROM[0] || (major === REHEARSES_FROM[0] && minor < REHEARSES_FROM[1]);
    return { well: `server ${serverVersion} answers at ${address}${old ? '; rehearsals need 1.32 or newer' : ''}` };
  });
  if (connection === undefined) return [reach];
  const known = connection;
  try {
    return [
      reach,
      await examine('namespace', `${namespace} with its search attributes`, 'run bootstrap', async () => {
        if (!(await hasNamespace(known, namespace))) return `there is no namespace ${namespace}`;
        const missing = await missingAttributes(known, namespace);
        return missing.length === 0 ? undefined : `search attributes are missing: ${missing.join(', ')}`;
      }),
      await examine('worker', 'polls its queues', 'start it, check its log and TASK_QUEUE_*', () =>
        examinePollers(known, config),
      ),
    ];
  } finally {
    await known.close();
  }
}

/** Somebody has to poll; the server says when by its own clock, which cannot be later than now. */
async function examinePollers(connection: Connection, { namespace, leadsQueue, ioQueue }: TemporalConfig) {
  const wanted = [
    [leadsQueue, QUEUES.workflows],
    [ioQueue, QUEUES.activities],
    [webhookQueueOf(ioQueue), QUEUES.activities],
  ] as const;
  const silent: string[] = [];
  let latest = 0;
  for (const [name, taskQueueType] of wanted) {
    const { pollers } = await connection.workflowService.describeTaskQueue({
      namespace,
      taskQueue: { name },
      taskQueueType,
    });
    if (!pollers || pollers.length === 0) silent.push(name);
    for (const { lastAccessTime } of pollers ?? []) {
      latest = Math.max(latest, Number(lastAccessTime?.seconds ?? 0) * 1_000 + (lastAccessTime?.nanos ?? 0) / 1e6);
    }
  }
  if (silent.length > 0) return `nobody polls ${silent.join(' and ')}`;
  const ahead = Math.round(latest - Date.now());
  return ahead > SKEW_MS ? `Temporal's clock is ${ahead} ms ahead of this machine's` : undefined;
}
