import type { Config } from '../../config/config.js';
import { createDataSource } from '../../database/data-source.js';
import { greetMailServer } from '../../integrations/mail/greet-mail-server.js';
import { examineRecord } from './examine-record.js';
import { examineTemporal } from './examine-temporal.js';
import { examine, type Finding } from './finding.js';

/** Looks at everything Baton stands on; changes nothing. */
export async function runDoctor(config: Config): Promise<Finding[]> {
  const dataSource = createDataSource({ url: config.database.url, poolSize: 2 });
  const reach = await examine('postgres', 'answers', 'start it, check DATABASE_URL', async () => {
    await dataSource.initialize();
    await dataSource.query('select 1');
    return undefined;
  });
  const record = dataSource.isInitialized ? dataSource : undefined;
  try {
    return [
      { check: 'configuration', ok: true, says: 'complete' },
      reach,
      ...(record ? await examineRecord(record) : []),
      ...(await examineTemporal(config.temporal, record)),
      await examine('mail', 'the server greets', 'start it, check SMTP_URL', async () => {
        await greetMailServer(config.mail.smtpUrl);
        return undefined;
      }),
    ];
  } finally {
    await record?.destroy();
  }
}
