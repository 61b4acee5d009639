import type { DataSource } from 'typeorm';
import { AuditService } from '../../common/audit/audit.service.js';
import { examine, type Finding } from './finding.js';

/** Delivery takes less than a second while the worker runs. */
const BACKLOG_SECONDS = 30;

/** What the database tells; `dataSource` is connected. */
export async function examineRecord(dataSource: DataSource): Promise<Finding[]> {
  const { manager } = dataSource;
  return [
    await examine('schema', 'current', 'run node dist/src/cli/migrate.js', async () => {
      const rows = await manager.query<{ name: string }[]>('select name from schema_migrations');
      const ran = new Set(rows.map(({ name }) => name));
      const missing = dataSource.migrations.map((one) => one.name ?? one.constructor.name).filter((n) => !ran.has(n));
      return missing.length === 0 ? undefined : `not run yet: ${missing.join(', ')}`;
    }),
    await examine('outbox', 'nothing waits', 'see that the worker runs and is ready (/readyz)', async () => {
      const [row] = await manager.query<{ rows: number; age: number | null }[]>(
        `select count(*)::int as rows, extract(epoch from $1 - min(created_at))::float8 as age
           from outbox where delivered_at is null`,
        [new Date()],
      );
      const age = Math.round(row?.age ?? 0);
      return age > BACKLOG_SECONDS ? `${row?.rows} rows wait, the oldest for ${age} s` : undefined;
    }),
    await examine('touches', 'none in doubt', 'look in the mail server’s log whether it took them', async () => {
      const rows = await manager.query<{ id: string; total: number }[]>(
        `select id, count(*) over ()::int as total from touches where state = 'in_doubt' order by claimed_at limit 5`,
      );
      const ids = rows.map(({ id }) => id).join(', ');
      return rows[0] ? `${rows[0].total} in doubt, e.g. ${ids}` : undefined;
    }),
    await examine('audit', 'the chain verifies', 'compare with a backup: entries were changed by hand', async () => {
      const { brokenAt } = await new AuditService().verify(manager);
      return brokenAt === null ? undefined : `the chain breaks at entry ${brokenAt}`;
    }),
  ];
}
