import type { DataSource } from 'typeorm';

/** Nobody sends a mail for so long: who claimed it is gone. */
const ABANDONED_MS = 5 * 60_000;

/**
 * Claims in a ledger of mails that were left without an outcome are `in_doubt`: they may have been sent. Those of leads in
 * virtual time bear instants of their own clocks, which say nothing about how old they are. `only`: SQL about `m`.
 */
export async function doubtAbandoned(
  dataSource: DataSource,
  { table, only, now }: { readonly table: 'notices' | 'prep_mails'; readonly only?: string; readonly now: number },
): Promise<void> {
  await dataSource.query(
    `UPDATE ${table} m SET state = 'in_doubt', finished_at = $1, error = 'the process that claimed it left no outcome'
      WHERE m.state = 'claimed' AND m.claimed_at < $2 AND ${only ?? 'true'}
        AND EXISTS (SELECT 1 FROM leads l WHERE l.id = m.lead_id AND l.clock_offset_ms = 0)`,
    [new Date(now), new Date(now - ABANDONED_MS)],
  );
}
