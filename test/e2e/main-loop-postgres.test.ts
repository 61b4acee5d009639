import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { createDataSource } from '../../src/database/data-source.js';
import { loadModule } from '../local-stack/load-module.js';
import { waitFor } from '../support/stack.js';
import { VirtualTime } from '../support/virtual-time.js';
import { describeMainLoop } from './main-loop.js';
import { type RunningBaton, startBaton } from './running-baton.js';

const { canHaveTemporalServer, findTemporalServer } = await loadModule<{
  canHaveTemporalServer: (root: string, env: NodeJS.ProcessEnv) => boolean;
  findTemporalServer: (options: object) => Promise<{ version: string }>;
}>('find-temporal-server');

const root = fileURLToPath(new URL('../..', import.meta.url));
const DAY_MS = 86_400_000;
/** A cold build of the server takes 3 to 7 minutes on two cores. */
const BUILD_MS = 900_000;
const START_MS = 240_000;

// A machine without Go may do without; a release may not.
const possible = canHaveTemporalServer(root, process.env) || Boolean(process.env['CI']);

(possible ? describe : describe.skip)('with Temporal on PostgreSQL', () => {
  beforeAll(async () => {
    const say = (text: string): void => void process.stderr.write(`${text}\n`);
    await findTemporalServer({ root, env: process.env, say, note: () => undefined });
  }, BUILD_MS);

  describe('the main loop', () => describeMainLoop('postgres', START_MS));

  describe('npm start', () => {
    let baton: RunningBaton;

    beforeAll(async () => {
      baton = await startBaton('test/fixtures/workspace', { temporal: 'postgres', startWithinMs: START_MS });
    }, START_MS + 30_000);

    afterAll(() => baton?.remove());

    async function withTemporal<Result>(work: (connection: Connection) => Promise<Result>): Promise<Result> {
      const connection = await Connection.connect({ address: baton.stack.temporalAddress });
      try {
        return await work(connection);
      } finally {
        await connection.close();
      }
    }

    async function welcomedLead(): Promise<{ readonly id: string; readonly email: string }> {
      const email = `${randomBytes(6).toString('hex')}@lead.example`;
      const consent = { basis: 'consent', at: '2026-01-15T09:00:00Z' };
      const answer = await baton.call('POST', '/v1/leads', {
        key: 'intake',
        body: { email, name: 'Paula Postgres', country: 'DE', source: 'patient', campaign: 'fair', consent },
      });
      expect(answer.status).toBe(201);
      await mailTo(email, 'welcome');
      return { id: answer.json<{ lead: { id: string } }>().lead.id, email };
    }

    const mailTo = (email: string, subject: string) =>
      waitFor(async () => (await baton.mails(email, subject))[0], {
        what: `${subject} to ${email}`,
        timeoutMs: 40_000,
      });

    it('runs the server on this PostgreSQL, with 64 shards', async () => {
      const info = await withTemporal(({ workflowService }) => workflowService.getClusterInfo({}));
      expect(info).toMatchObject({
        serverVersion: '1.32.1',
        historyShardCount: 64,
        ...{ persistenceStore: 'postgres12', visibilityStore: 'postgres12' },
      });
    });

    it('shows every lead in the Temporal UI', async () => {
      const { id } = await welcomedLead();
      const { temporalUi, namespace } = baton.stack;
      const page = await fetch(`${temporalUi}/namespaces/${namespace}/workflows`);
      expect({ status: page.status, type: page.headers.get('content-type') }).toMatchObject({
        status: 200,
        type: expect.stringContaining('text/html'),
      });
      const query = new URLSearchParams({ query: `WorkflowId = "lead/${id}" AND LeadState = "nurturing"` });
      await waitFor(
        async () => {
          const response = await fetch(`${temporalUi}/api/v1/namespaces/${namespace}/workflows?${query.toString()}`);
          return (await response.text()).includes(`lead/${id}`);
        },
        { what: `the UI finds lead/${id} by its search attribute`, timeoutMs: 20_000 },
      );
    });

    it('lets the clock of a lead run', async () => {
      const lead = await welcomedLead();
      const { databaseUrl, namespace } = baton.stack;
      const dataSource = await createDataSource({ url: databaseUrl, poolSize: 2 }).initialize();
      try {
        await withTemporal((connection) =>
          new VirtualTime(new Client({ connection, namespace }), namespace, dataSource).live(
            lead.id,
            Date.now() + 4 * DAY_MS,
          ),
        );
      } finally {
        await dataSource.destroy();
      }
      // Nothing came for three days.
      await mailTo(lead.email, 'reminder');
    });

    it(
      'survives a kill -9 of everything, and refuses a dev server, which would know none of its leads',
      async () => {
        const lead = await welcomedLead();
        const { pids: _before, ...before } = baton.stack;
        // Who they are and since when; a lead goes on while it is looked at.
        const leads = async () => {
          const { text } = await baton.call('GET', '/v1/leads?limit=200', { key: 'marketing' });
          const { items } = JSON.parse(text) as { items: { id: string; email: string; createdAt: string }[] };
          return items.map(({ id, email, createdAt }) => ({ id, email, createdAt }));
        };
        const leadsBefore = await leads();
        await baton.kill();

        await expect(baton.again('--temporal', 'dev')).rejects.toThrow(/live in the Temporal server on its PostgreSQL/);
        baton = await baton.again();
        const { pids: _after, ...after } = baton.stack;
        expect(after).toEqual(before);
        expect(leadsBefore.length).toBeGreaterThan(0);
        expect(await leads()).toEqual(leadsBefore);
        const body = {
          ...{ source: 'website', eventId: 'after-kill', lead: { email: lead.email }, kind: 'download' },
          occurredAt: new Date().toISOString(),
        };
        expect((await baton.call('POST', '/v1/engagements', { key: 'intake', body })).status).toBe(202);
        await mailTo(lead.email, 'guide');
        expect(await baton.mails(lead.email, 'welcome')).toHaveLength(1);
      },
      START_MS,
    );
  });
});
