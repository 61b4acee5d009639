import type { Config } from '../../config/config.js';
import { createDataSource } from '../../database/data-source.js';
import { greetMailServer } from '../../integrations/mail/greet-mail-server.js';
import { reconcileForOperator } from '../operator/reconcile-for-operator.js';
import { examineApi, examineRuntime } from './examine-process.js';
import { examineRecord } from './examine-record.js';
import { examineTemporal } from './examine-temporal.js';
import { examine, type Finding } from './finding.js';

/** Looks at everything Baton stands on; changes nothing. */
export async function runDoctor(config: Config): Promise<Finding[]> {
  const dataSource = createDataSource({ ...config.database, poolSize: 2 });
  const reach = await examine('postgres', 'answers', 'start it, check DATABASE_URL', async () => {
    await dataSource.initialize();
    const [row] = await dataSource.query<{ server_version: string }[]>('show server_version');
    return { well: `${row?.server_version} answers` };
  });
  const record = dataSource.isInitialized ? dataSource : undefined;
  try {
    const temporal = await examineTemporal(config.temporal);
    const findings = [
      ...(await examineRuntime(config)),
      reach,
      ...(record ? await examineRecord(record) : []),
      ...temporal,
      await examine('mail', 'the server greets', 'start it, check SMTP_URL', async () => {
        await greetMailServer(config.mail.smtpUrl);
        return undefined;
      }),
      await examineApi(config),
    ];
    // Half a proof is none: without one of the servers nothing can be said about the leads.
    const foundations = new Set(['postgres', 'schema', 'temporal', 'namespace']);
    if (findings.some(({ check, ok }) => !ok && foundations.has(check))) return findings;
    return [...findings, await examineLeads(config)];
  } finally {
    await record?.destroy();
  }
}

function examineLeads(config: Config): Promise<Finding> {
  const fix = 'npm run baton -- reconcile names them; with --repair it mends what needs no person';
  return examine('leads', 'every open lead has its workflow', fix, async () => {
    const { leads, counts } = await reconcileForOperator(config, false);
    const found = Object.entries(counts).map(([kind, count]) => `${count} × ${kind}`);
    return found.length === 0 ? { well: `${leads} open, each has what moves it` } : found.join(', ');
  });
}
