import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import type { CaughtMessage } from '../support/stack.js';
import { checkLead, type LeadEvidence, type Look, type RecordRow } from './check-lead.js';
import type { Ledger } from './clients.js';
import type { StressCadence } from './documents.js';
import type { StressFact } from './stress-conditions.js';

const MS = (column: string): string => `(extract(epoch from ${column}) * 1000)::float8`;

interface EngagementRow {
  readonly lead_id: string;
  readonly seq: number;
  readonly event_id: string;
  readonly kind: string;
  readonly at: number;
  readonly occurred: number;
  readonly received: number;
}

/** What is wrong with a run, in sentences that name the lead; nothing when it ended as the model and the promises say. */
export async function judgeRun(
  dataSource: DataSource,
  ledger: Ledger,
  cadences: readonly StressCadence[],
  { mails, offers }: { readonly mails: readonly CaughtMessage[]; readonly offers: readonly CaughtMessage[] },
): Promise<string[]> {
  const engagements = await dataSource.query<EngagementRow[]>(
    `select lead_id, seq, event_id, kind, ${MS('at')} as at, ${MS('occurred_at')} as occurred,
            ${MS('received_at')} as received from engagements order by lead_id, seq`,
  );
  return [
    ...ledger.strange,
    ...acknowledged(ledger, engagements),
    ...(await onceOnly(dataSource, mails)),
    ...(await offersTold(dataSource, offers)),
    ...(await decisionsKept(dataSource, ledger)),
    ...(await whereTheyAre(dataSource, ledger, cadences, engagements)),
  ];
}

/** Nothing that was acknowledged is lost, changed, another lead's or counted twice. */
function acknowledged(ledger: Ledger, rows: readonly EngagementRow[]): string[] {
  const wrong: string[] = [];
  const stored = new Map(rows.map((row) => [row.event_id, row]));
  for (const [eventId, sent] of ledger.facts) {
    const row = stored.get(eventId);
    if (!row) wrong.push(`lead ${sent.leadId}: ${eventId} was acknowledged and is lost`);
    else if (row.lead_id !== sent.leadId || row.kind !== sent.kind || row.occurred !== sent.occurredAt)
      wrong.push(`lead ${sent.leadId}: ${eventId} is not what was sent`);
    else if (row.at !== Math.min(row.occurred, row.received))
      wrong.push(`lead ${sent.leadId}: ${eventId} is of another instant`);
  }
  if (rows.length !== ledger.facts.size) wrong.push(`${rows.length} engagements, ${ledger.facts.size} acknowledged`);
  let previous: EngagementRow | undefined;
  for (const row of rows) {
    if (row.seq !== (previous?.lead_id === row.lead_id ? previous.seq + 1 : 1))
      wrong.push(`lead ${row.lead_id}: ${row.seq} follows a gap`);
    previous = row;
  }
  return wrong;
}

/** No touch, notice, handoff or decision twice; no mail without its touch. */
async function onceOnly(dataSource: DataSource, mails: readonly CaughtMessage[]): Promise<string[]> {
  const wrong: string[] = [];
  const touches = await dataSource.query<{ lead_id: string; step: string; state: string; message_id: string | null }[]>(
    'select lead_id, step, state, message_id from touches',
  );
  const caught = new Map<string, number>();
  for (const { headers } of mails) {
    const id = String(headers['message-id']).replace(/[<>]/g, '');
    caught.set(id, (caught.get(id) ?? 0) + 1);
  }
  for (const { lead_id: lead, step, state, message_id: id } of touches) {
    const count = id === null ? 0 : (caught.get(id) ?? 0);
    if (id !== null) caught.delete(id);
    const most = state === 'sent' || state === 'in_doubt' ? 1 : 0;
    if (count > most || (state === 'sent' && count === 0))
      wrong.push(`lead ${lead}: touch ${step} is ${state}, ${count} mails`);
    if (state === 'claimed') wrong.push(`lead ${lead}: touch ${step} is claimed still`);
  }
  for (const id of caught.keys()) wrong.push(`mail ${id} belongs to no touch`);
  const twice = await dataSource.query<{ what: string }[]>(
    `select 'lead ' || lead_id || ': ' || count(*) || ' decisions ' || kind as what from decisions
      where kind in ('qualified', 'accepted', 'rejected') group by lead_id, handoff_no, kind having count(*) > 1
     union all
     select 'lead ' || lead_id || ': handoff ' || handoff_no || ' was decided ' || count(*) || ' times' from decisions
      where kind in ('accepted', 'rejected') group by lead_id, handoff_no having count(*) > 1
     union all
     select 'lead ' || lead_id || ': ' || count(*) || ' offer notices of handoff ' || handoff_no from notices
      where kind = 'offer' group by lead_id, handoff_no having count(*) > 1
     union all
     select 'lead ' || h.lead_id || ': handoff ' || h.no || ' is ' || h.state || ' while the lead is ' || l.state
       from handoffs h join leads l on l.id = h.lead_id where h.state = 'offered' and l.state <> 'offered'`,
  );
  return [...wrong, ...twice.map(({ what }) => what)];
}

/** Who gets a lead is told once; when the process that told him was killed, at most once. */
async function offersTold(dataSource: DataSource, offers: readonly CaughtMessage[]): Promise<string[]> {
  const notices = await dataSource.query<{ lead_id: string; company: string; state: string }[]>(
    `select n.lead_id, l.company, n.state from notices n join leads l on l.id = n.lead_id where n.kind = 'offer'`,
  );
  return notices.flatMap(({ lead_id: lead, company, state }) => {
    const count = offers.filter(({ subject }) => subject.startsWith('New lead') && subject.includes(company)).length;
    return count === 1 || (count === 0 && state !== 'sent')
      ? []
      : [`lead ${lead}: the offer is ${state}, ${count} mails`];
  });
}

/** A decision that was answered 200 stands, the other one was told so. */
async function decisionsKept(dataSource: DataSource, ledger: Ledger): Promise<string[]> {
  const rows = await dataSource.query<{ id: string; lead_id: string; state: string }[]>(
    'select id, lead_id, state from handoffs',
  );
  const states = new Map(rows.map((row) => [row.id, row]));
  const wrong: string[] = [];
  for (const { handoffId, kind, status } of ledger.decisions.values()) {
    const handoff = states.get(handoffId);
    const decided = kind === 'accept' ? 'accepted' : 'rejected';
    const stands = handoff?.state === decided;
    // Who was told "no" may have been told so of a try of his own whose first answer got lost.
    if (status === 200 && !stands)
      wrong.push(`lead ${handoff?.lead_id}: ${kind} was acknowledged, it is ${handoff?.state}`);
    if (status !== 200 && stands) wrong.push(`lead ${handoff?.lead_id}: ${kind} stands and was answered ${status}`);
  }
  return wrong;
}

/** What the record said, for whoever looks into it when the database is gone. */
function keep(id: string, evidence: LeadEvidence): string {
  const path = join(tmpdir(), `baton-stress-${id}.json`);
  writeFileSync(path, JSON.stringify(evidence, null, 1));
  return path;
}

const grouped = <Row extends { lead_id: string }>(rows: readonly Row[]): Map<string, Row[]> => {
  const groups = new Map<string, Row[]>();
  for (const row of rows) groups.set(row.lead_id, [...(groups.get(row.lead_id) ?? []), row]);
  return groups;
};

/** Every lead is where the reference model says, and came there the way it says. */
async function whereTheyAre(
  dataSource: DataSource,
  ledger: Ledger,
  cadences: readonly StressCadence[],
  engagements: readonly EngagementRow[],
): Promise<string[]> {
  const looks = grouped(
    await dataSource.query<(Look & { lead_id: string; since: number | null })[]>(
      `select lead_id, kind, rev, seq, at, step, visit, (data->>'since')::float8 as since from stress_looks order by lead_id, n`,
    ),
  );
  const records = grouped(
    await dataSource.query<(RecordRow & { lead_id: string })[]>(
      `select lead_id, rev, kind, ${MS('at')} as at, data from lead_records order by lead_id, rev, n`,
    ),
  );
  const skipped = grouped(
    await dataSource.query<{ lead_id: string; step: string; visit: number; at: number }[]>(
      `select lead_id, step, visit, ${MS('finished_at')} as at from touches where state = 'skipped'`,
    ),
  );
  const facts = grouped(engagements);
  const leads = await dataSource.query<{ id: string; state: string; source: string }[]>(
    'select id, state, source from leads order by id',
  );
  const endedAt = Date.now();
  const wrong = leads.length === ledger.leads.size ? [] : [`${leads.length} leads, ${ledger.leads.size} acknowledged`];
  for (const { id, state, source } of leads) {
    const own = looks.get(id) ?? [];
    const evidence: LeadEvidence = {
      ...{ source, state, endedAt, looks: own, records: records.get(id) ?? [], skipped: skipped.get(id) ?? [] },
      // Of a first look that was tried again the last try stands.
      since: own.filter((look) => look.kind === 'sync' && look.rev === 1).at(-1)?.since ?? 0,
      facts: (facts.get(id) ?? [])
        .map(({ seq, at, kind, event_id: eventId }): StressFact => {
          return { seq, at, kind, properties: ledger.facts.get(eventId)?.properties ?? {} };
        })
        .sort((a, b) => a.at - b.at || a.seq - b.seq),
    };
    const found = checkLead(evidence, cadences).map((what) => `lead ${id} (no. ${ledger.leads.get(id)?.no}): ${what}`);
    wrong.push(...found);
    if (found.length > 0) wrong.push(`  evidence in ${keep(id, evidence)}`);
  }
  return wrong;
}
