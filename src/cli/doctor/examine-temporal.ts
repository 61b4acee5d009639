import { Client, Connection, WorkflowNotFoundError } from '@temporalio/client';
import type { DataSource } from 'typeorm';
import { CLOSED_STATES } from '../../../domain/lead/lead-state.js';
import { leadWorkflowId } from '../../../workflows/contracts/lead-lifecycle.contract.js';
import type { TemporalConfig } from '../../config/config.js';
import { hasNamespace, missingAttributes } from '../prepare-namespace.js';
import { examine, type Finding } from './finding.js';

const SAMPLE = 50;
const CONNECT_WITHIN_MS = 5_000;

/** What Temporal tells. The sample of leads is left out without a database. */
export async function examineTemporal(
  { address, namespace }: TemporalConfig,
  dataSource: DataSource | undefined,
): Promise<Finding[]> {
  let connection: Connection | undefined;
  const reach = await examine('temporal', `answers at ${address}`, 'start it, check TEMPORAL_ADDRESS', async () => {
    connection = await Connection.connect({ address, connectTimeout: CONNECT_WITHIN_MS });
    return undefined;
  });
  if (connection === undefined) return [reach];
  const known = connection;
  try {
    const findings = [
      reach,
      await examine('namespace', `${namespace} with its search attributes`, 'run bootstrap', async () => {
        if (!(await hasNamespace(known, namespace))) return `there is no namespace ${namespace}`;
        const missing = await missingAttributes(known, namespace);
        return missing.length === 0 ? undefined : `search attributes are missing: ${missing.join(', ')}`;
      }),
    ];
    if (dataSource) findings.push(await examineLeads(new Client({ connection: known, namespace }), dataSource));
    return findings;
  } finally {
    await known.close();
  }
}

/** Open leads that the relay has delivered, those whose next instant is over first. */
async function examineLeads(client: Client, dataSource: DataSource): Promise<Finding> {
  const fix = 'poke them as docs/operations.md says; the Temporal UI shows how a workflow ended';
  return examine('workflows', `every lead of a sample of up to ${SAMPLE} has its running workflow`, fix, async () => {
    const rows = await dataSource.query<{ id: string }[]>(
      `select l.id from leads l
        where not l.state = any($1) and l.created_at < $2::timestamptz - interval '30 seconds'
          and not exists (select 1 from outbox o where o.lead_id = l.id and o.delivered_at is null)
        order by coalesce(l.next_wake_at < $2, false) desc, random() limit ${SAMPLE}`,
      [CLOSED_STATES, new Date()],
    );
    const lost: string[] = [];
    for (const { id } of rows) if (!(await runs(client, id))) lost.push(id);
    return lost.length === 0 ? undefined : `${lost.length} of ${rows.length} leads have none: ${lost.join(', ')}`;
  });
}

async function runs(client: Client, leadId: string): Promise<boolean> {
  try {
    return (await client.workflow.getHandle(leadWorkflowId(leadId)).describe()).status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
