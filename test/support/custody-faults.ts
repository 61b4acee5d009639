import type { DataSource } from 'typeorm';

/** A custody record, with what the lead says of itself. */
export interface CustodyRow {
  readonly leadId: string;
  readonly createdAt: Date;
  readonly lead: { readonly state: string; readonly custody: string; readonly accountableId: string };
  /** null: the lead has no record at all. */
  readonly id: string | null;
  readonly custody: string;
  readonly marketingId: string | null;
  readonly salesId: string | null;
  /** The accountable person, when there is one. */
  readonly accountableId: string | null;
  readonly sinceAt: Date;
  readonly cause: string;
}

const shown = ({ id, custody, marketingId, salesId, accountableId, sinceAt, cause }: CustodyRow): string =>
  id === null
    ? 'no record'
    : `${sinceAt.toISOString()} ${custody} (${cause}) marketing ${marketingId}, sales ${salesId}, accountable ${accountableId}`;

/**
 * What is wrong with the custody of a lead, given its records in the order of the API. A record ends where the next
 * begins, so a gap can stand only before the first, an overlap only where two begin at one instant; the last one has to
 * be what the lead itself says.
 */
export function custodyFaults(rows: readonly CustodyRow[]): string[] {
  const [first, last] = [rows[0], rows.at(-1)];
  if (!first || !last) return [];
  const faults: string[] = [];
  const blame = (why: string, ...about: readonly CustodyRow[]) =>
    faults.push(`lead ${first.leadId} (${first.lead.state}): ${why}\n  ${about.map(shown).join('\n  ')}`);
  if (first.id === null) blame('nobody ever answered for it', first);
  else if (first.sinceAt.getTime() > first.createdAt.getTime()) {
    blame(`nobody answers for it from ${first.createdAt.toISOString()} on`, first);
  }
  for (const [index, row] of rows.entries()) {
    const next = rows[index + 1];
    if (next && next.sinceAt.getTime() <= row.sinceAt.getTime()) blame('two records begin at once', row, next);
    if (next && row.cause === 'erased') blame('somebody answers for it after its erasure', row, next);
    const named = { marketing: [row.marketingId], shared: [row.marketingId, row.salesId], sales: [row.salesId] };
    const persons = named[row.custody as keyof typeof named];
    if (row.id !== null && (row.accountableId === null || persons.includes(null))) blame('a person is missing', row);
    if (row.id !== null && !persons.includes(row.accountableId)) blame('who is accountable has no hand on it', row);
  }
  const { custody, accountableId, state } = first.lead;
  if (last.id !== null && state !== 'erased' && (last.custody !== custody || last.accountableId !== accountableId)) {
    blame(`the lead says ${custody} and ${accountableId}, its last record does not`, last);
  }
  return faults;
}

/** @throws naming each lead of the database whose custody has a gap or an overlap or names nobody, and the records */
export async function checkCustody(dataSource: DataSource): Promise<void> {
  const rows = await dataSource.query<CustodyRow[]>(
    `select l.id as "leadId", c.id, c.custody, c.marketing_person_id as "marketingId", c.sales_person_id as "salesId",
            p.id as "accountableId", c.since_at as "sinceAt", c.cause,
            json_build_object('state', l.state, 'custody', l.custody, 'accountableId', l.accountable_person_id) as lead,
            l.created_at as "createdAt"
       from leads l left join custody_records c on c.lead_id = l.id left join people p on p.id = c.accountable_person_id
      order by l.id, c.since_at, (c.cause = 'created') desc, c.id`,
  );
  const byLead = new Map<string, CustodyRow[]>();
  for (const row of rows) byLead.set(row.leadId, [...(byLead.get(row.leadId) ?? []), row]);
  const faults = [...byLead.values()].flatMap((records) => custodyFaults(records));
  if (faults.length > 0) throw new Error(`custody of ${faults.length} leads is broken:\n${faults.join('\n')}`);
}
