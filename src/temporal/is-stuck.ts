/**
 * SQL: whether the outbox row `o` has waited too long at `now` (SQL too). What came in with many others waits its turn for
 * as long as it takes, while the lane moves.
 */
export function isStuck(now: string, seconds: number): string {
  const since = `${now}::timestamptz - interval '${seconds} seconds'`;
  return `(o.delivered_at is null and o.created_at < ${since} and (o.lane <> 'bulk' or not exists (
    select 1 from outbox moved where moved.lane = 'bulk' and moved.delivered_at >= ${since})))`;
}
