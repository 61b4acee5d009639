import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { inTransaction } from '../database/transaction.js';

/** Never copied, not even their shape: what says which sandbox there is stands outside. */
const OUTSIDE = ['schema_migrations', 'rehearsals'];
/** What the organisation has decided and who belongs to it. Keys, hooks and other leads stay outside: nobody is told. */
const SHARED = [
  'organisation',
  'calendars',
  'teams',
  'people',
  'campaigns',
  'reasons',
  'document_versions',
  'suppression_salt',
];

/** The past of a real lead; `$1` is its id, `$2` the start. What came later has not happened yet. */
const PAST: Readonly<Record<string, string>> = {
  leads: 'id = $1 and $2::timestamptz is not null',
  lead_identities: 'lead_id = $1 and $2::timestamptz is not null',
  suppressions: '(lead_id = $1 or address = (select email from %.leads where id = $1)) and at <= $2',
  profile_changes: 'lead_id = $1 and at <= $2',
  notes: 'lead_id = $1 and at <= $2',
  insights: 'lead_id = $1 and at <= $2',
  engagements: 'lead_id = $1 and at <= $2',
  score_items: 'lead_id = $1 and at <= $2',
  enrollments: 'lead_id = $1 and entered_at <= $2',
  touches: 'lead_id = $1 and coalesce(claimed_at, finished_at) <= $2',
  decisions: 'lead_id = $1 and at <= $2',
  handoffs: 'lead_id = $1 and offered_at <= $2',
  custody_records: 'lead_id = $1 and since_at <= $2',
};

/** What was open at the start has ended in the sandbox: it begins with a lead in nurture. */
const CLOSED = [
  `update %.enrollments set state = 'ended', ended_at = coalesce(least(ended_at, $1), $1), exit_reason = coalesce(exit_reason, 'rehearsed')`,
  `update %.handoffs set state = 'withdrawn', decided_at = $1 where state = 'offered'`,
];

/** The version that decides now decides throughout, whenever it became effective: the future is not published yet. */
const VERSIONS = [
  'delete from %.document_versions where effective_at > $1',
  'update %.document_versions set effective_at = null where $1::timestamptz is not null',
];

const PREFIX = 'rehearsal_';

/** Of a rehearsal's id. */
export const schemaOf = (id: string): string => `${PREFIX}${id.replaceAll('-', '')}`;

/** The database side of a sandbox: a schema of the same shape with copies of what a rehearsal may know. */
@Injectable()
export class SandboxSchemaService {
  constructor(private readonly dataSource: DataSource) {}

  /** Makes the schema and fills it; joins nothing, leaves nothing behind when it fails. */
  async create(id: string, copy: { readonly startAt: Date; readonly realLeadId: string | null }): Promise<void> {
    const schema = schemaOf(id);
    await inTransaction(this.dataSource, async (manager) => {
      const own = await this.ownSchema(manager);
      const tables = await manager.query<{ name: string }[]>(
        `select tablename as name from pg_tables where schemaname = $1 and tablename <> all($2) order by tablename`,
        [own, OUTSIDE],
      );
      const shapes = tables.map(
        ({ name }) => `create table ${schema}."${name}" (like ${own}."${name}" including all);`,
      );
      await manager.query(`create schema ${schema};\n${shapes.join('\n')}`);
      const copies = SHARED.map((name) => `insert into ${schema}.${name} select * from ${own}.${name};`);
      await manager.query(copies.join('\n'));
      const now = new Date();
      for (const statement of VERSIONS) await manager.query(statement.replaceAll('%', schema), [now]);
      if (copy.realLeadId !== null) await this.copyLead(manager, own, schema, copy.realLeadId, copy.startAt);
    });
  }

  async drop(id: string): Promise<void> {
    await this.dataSource.query(`drop schema if exists ${schemaOf(id)} cascade`);
  }

  /** Ids of the rehearsals whose sandboxes are there. */
  async list(): Promise<string[]> {
    const rows = await this.dataSource.query<{ name: string }[]>(
      `select nspname as name from pg_namespace where nspname ~ '^${PREFIX}[0-9a-f]{32}$'`,
    );
    return rows.map(({ name }) => name.slice(PREFIX.length).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'));
  }

  private async copyLead(
    manager: EntityManager,
    own: string,
    schema: string,
    leadId: string,
    startAt: Date,
  ): Promise<void> {
    for (const [table, of] of Object.entries(PAST)) {
      const filter = of.replaceAll('%', own);
      await manager.query(
        `insert into ${schema}.${table} overriding system value select * from ${own}.${table} where ${filter}`,
        [leadId, startAt],
      );
    }
    for (const statement of CLOSED) await manager.query(statement.replaceAll('%', schema), [startAt]);
  }

  /** Where this deployment's tables are. */
  private async ownSchema(manager: EntityManager): Promise<string> {
    const [row] = await manager.query<{ name: string }[]>('select quote_ident(current_schema()) as name');
    if (!row) throw new Error('the database has no current schema');
    return row.name;
  }
}
