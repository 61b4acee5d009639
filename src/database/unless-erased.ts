/**
 * SQL: what a mail server said, `words`, which may name the address; nothing once the lead of the row in `table` is erased
 * (promise P18): a mail that was under way is settled after its lead is forgotten.
 */
export function unlessErased(table: string, words: string): string {
  return `CASE WHEN EXISTS (SELECT 1 FROM leads l WHERE l.id = ${table}.lead_id AND l.state = 'erased')
               THEN NULL ELSE ${words} END`;
}
