import type { DataSource } from 'typeorm';
import { AuditService } from '../../common/audit/audit.service.js';
import { isStuck } from '../../temporal/is-stuck.js';
import { examine, type Finding } from './finding.js';

/** Delivery takes less than a second while the worker runs. */
const BACKLOG_SECONDS = 30;
/** Instants of api, worker and database are compared with each other. */
const SKEW_MS = 2_000;

/** What the database tells; `dataSource` is connected. */
export async function examineRecord(dataSource: DataSource): Promise<Finding[]> {
  const { manager } = dataSource;
  return [
    await examine('clock', 'agrees with PostgreSQL', 'let both machines keep time by NTP', async () => {
      const before = Date.now();
      const [row] = await manager.query<{ at: Date }[]>('select clock_timestamp() as at');
      const middle = (before + Date.now()) / 2;
      const skew = Math.round((row?.at.getTime() ?? middle) - middle);
      if (Math.abs(skew) > SKEW_MS) return `PostgreSQL is ${Math.abs(skew)} ms ${skew > 0 ? 'ahead' : 'behind'}`;
      return undefined;
    }),
    await examine('schema', 'current', 'run node dist/src/cli/migrate.js', async () => {
      const rows = await manager.query<{ name: string }[]>('select name from schema_migrations');
      const ran = new Set(rows.map(({ name }) => name));
      const missing = dataSource.migrations.map((one) => one.name ?? one.constructor.name).filter((n) => !ran.has(n));
      return missing.length === 0 ? undefined : `not run yet: ${missing.join(', ')}`;
    }),
    await examine('organisation', 'set up', 'PUT /v1/organisation and /v1/people name who answers', async () => {
      const [row] = await manager.query<{ name: string; owner: string | null; active: boolean; people: number }[]>(
        `select o.name, p.name as owner, coalesce(p.active, false) as active,
                (select count(*)::int from people where active) as people
           from organisation o left join people p on p.id = o.accountable_owner_id`,
      );
      if (!row) return 'there is none: nobody answers for a lead';
      if (!row.active) return `${row.owner ?? 'the accountable owner'} is not active: nobody answers for a lead`;
      return { well: `${row.people} active people, ${row.owner} answers where nobody else does` };
    }),
    await examine('outbox', 'nothing waits', 'see that the worker runs and is ready (/readyz)', async () => {
      const [row] = await manager.query<{ rows: number; stuck: number; age: number | null }[]>(
        `select count(*)::int as rows, count(*) filter (where stuck)::int as stuck,
                extract(epoch from $1::timestamptz - min(created_at) filter (where stuck))::float8 as age
           from (select created_at, ${isStuck('$1', BACKLOG_SECONDS)} as stuck from outbox o where delivered_at is null) waiting`,
        [new Date()],
      );
      if (row?.stuck) return `${row.stuck} rows wait, the oldest for ${Math.round(row.age ?? 0)} s`;
      return row?.rows ? { well: `${row.rows} rows on their way` } : undefined;
    }),
    await examine('touches', 'none in doubt, none held', 'see “Touches in doubt” in docs/operations.md', async () => {
      const rows = await manager.query<{ state: string; total: number; some: string[] }[]>(
        `select state, count(*)::int as total, (array_agg(id::text order by id))[1:5] as some
           from touches where state in ('in_doubt', 'held') group by state`,
      );
      const [doubt, held] = ['in_doubt', 'held'].map((state) => rows.find((row) => row.state === state));
      const rest = `${held?.total ?? 0} held`;
      if (doubt) return `${doubt.total} in doubt, e.g. ${doubt.some.join(', ')}; ${rest}`;
      return held ? { well: `none in doubt, ${rest} until a field of their lead is filled` } : undefined;
    }),
    await examine(
      'checklists',
      'no mail in doubt',
      'tell the rep; see `prep.mails` of GET /v1/handoffs/{id}',
      async () => {
        const [row] = await manager.query<{ total: number; some: string[] | null }[]>(
          `select count(*)::int as total, (array_agg(handoff_id::text order by id))[1:5] as some
           from prep_mails where state = 'in_doubt'`,
        );
        return row?.total ? `${row.total} in doubt, of handoffs ${row.some?.join(', ')}` : undefined;
      },
    ),
    await examine('breakers', 'none open', 'find out why mails fail, then POST /v1/breakers/{id}/release', async () => {
      const rows = await manager.query<{ scope: string; key: string; touches: number; failures: number }[]>(
        'select scope, key, touches, failures from breakers where released_at is null order by id',
      );
      const words = rows.map((row) => `${row.scope} ${row.key}: ${row.failures} of ${row.touches} mails failed`);
      return rows.length === 0 ? undefined : words.join('; ');
    }),
    await examine('audit', 'the chain verifies', 'compare with a backup: entries were changed by hand', async () => {
      const { brokenAt } = await new AuditService().verify(manager);
      return brokenAt === null ? undefined : `the chain breaks at entry ${brokenAt}`;
    }),
  ];
}
