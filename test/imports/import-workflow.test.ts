// The workflow of an import by itself: histories stay short however long the file is, and hold ids only.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { ImportActivities } from '../../activities/contracts/import.activities.contract.js';
import { IMPORT_LEADS, importWorkflowId } from '../../workflows/contracts/import-leads.contract.js';
import { BUILT_BUNDLE } from '../support/bundles.js';
import { testStack } from '../support/stack.js';
import { installTemporalRuntime } from '../support/temporal-runtime.js';

const BATCHES = 20;
const importId = randomUUID();
const taskQueue = `imports-${importId}`;
let connection: Connection;
let native: NativeConnection;
let client: Client;

beforeAll(async () => {
  installTemporalRuntime();
  connection = await Connection.connect({ address: testStack.temporalAddress });
  native = await NativeConnection.connect({ address: testStack.temporalAddress });
  client = new Client({ connection, namespace: testStack.namespace });
});
afterAll(async () => {
  await connection.close();
  await native.close();
});

/** A file of twenty batches of which the record says how far it is. */
class CountedImport implements ImportActivities {
  taken = 0;

  readonly importBatch = async (input: { importId: string }): Promise<{ finished: boolean }> => {
    expect(input).toEqual({ importId });
    this.taken += 1;
    return { finished: this.taken === BATCHES };
  };
}

describe('importLeads', () => {
  it('takes batch after batch, over as many runs as it needs', async () => {
    const record = new CountedImport();
    const worker = await Worker.create({
      ...{ connection: native, namespace: testStack.namespace, taskQueue },
      workflowBundle: { codePath: BUILT_BUNDLE },
      activities: { importBatch: record.importBatch },
    });
    const handle = await client.workflow.start(IMPORT_LEADS, {
      ...{ workflowId: importWorkflowId(importId), taskQueue },
      args: [{ v: 1, importId, testMaxHistory: 40 }],
    });
    await worker.runUntil(handle.result());
    expect(record.taken).toBe(BATCHES);
    const runs = client.workflow.list({ query: `WorkflowId = '${importWorkflowId(importId)}'` });
    let [continued, completed] = [0, 0];
    for await (const run of runs) {
      if (run.status.name === 'CONTINUED_AS_NEW') continued += 1;
      if (run.status.name === 'COMPLETED') completed += 1;
      expect(run.historyLength).toBeLessThan(60);
    }
    // About seven batches fit into forty events.
    expect(continued).toBeGreaterThanOrEqual(2);
    expect(completed).toBe(1);
  });
});
