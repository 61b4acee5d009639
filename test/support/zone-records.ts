import { expect } from '@jest/globals';
import { LeadsService } from '../../src/leads/leads.service.js';
import { leadBody, type TestLead } from './lead-steps.js';
import type { TestBaton } from './test-baton.js';

/** A lead whose life starts at that instant, with its hand raised. */
export async function raisedAt(baton: TestBaton, start: number, country = 'DE'): Promise<TestLead> {
  const body = leadBody('patient', { country, handRaise: { kind: 'demo_request', purpose: 'a visit' } });
  const { lead } = await baton.app
    .get(LeadsService)
    .create(body as never, { personId: await baton.personId('mara-marketer') }, { clockOffsetMs: start - Date.now() });
  return { id: lead.id, email: String(body['email']), company: String(body['company']) };
}

/** From now on nobody of the tests' workspace but Rita gets an offer. */
export async function withoutRolf(baton: TestBaton): Promise<void> {
  const { body } = await baton.call<Record<string, unknown>>('GET', '/v1/people/rolf-rep');
  const { id: _id, key: _key, deputy: _deputy, ...person } = body;
  const { status } = await baton.call('PUT', '/v1/people/rolf-rep', { ...person, active: false });
  expect(status).toBe(200);
}

export const minute = (at: Date | string | null): string | null =>
  at === null ? null : new Date(at).toISOString().slice(0, 16);

export interface CustodyItem {
  readonly custody: string;
  readonly cause: string;
  readonly since: string;
  readonly until: string | null;
  readonly marketing: { readonly name: string } | null;
  readonly sales: { readonly name: string } | null;
  readonly accountable: { readonly name: string };
}

/** The custody of a lead as the API shows it, which has neither gap nor overlap. */
export async function custodyItems(baton: TestBaton, lead: TestLead): Promise<CustodyItem[]> {
  const { items } = (await baton.call<{ items: CustodyItem[] }>('GET', `/v1/leads/${lead.id}/custody`)).body;
  for (const [index, item] of items.entries()) expect(item.until).toBe(items[index + 1]?.since ?? null);
  return items;
}

/** `custody marketing/sales, accountable @ since`, by the first names of the people. */
export async function custodyOf(baton: TestBaton, lead: TestLead, withInstants = true): Promise<string[]> {
  const first = (one: { name: string } | null): string => one?.name.split(' ')[0] ?? '-';
  return (await custodyItems(baton, lead)).map(({ custody, since, marketing, sales, accountable }) => {
    const who = `${custody} ${first(marketing)}/${first(sales)}, ${first(accountable)}`;
    return withInstants ? `${who} @ ${minute(since)}` : who;
  });
}

/** Every mail to a person about the lead, all of them in one of the `states`: kind, whom, and the minute on the lead's clock. */
export async function noticesOf(
  baton: TestBaton,
  lead: TestLead,
  withInstants = true,
  states: readonly string[] = ['sent'],
): Promise<string[]> {
  const rows = await baton.dataSource.query<{ kind: string; key: string; at: Date; state: string }[]>(
    `select n.kind, p.key, n.claimed_at as at, n.state from notices n join people p on p.id = n.person_id
      where n.lead_id = $1 order by n.claimed_at, n.kind`,
    [lead.id],
  );
  expect(rows.filter(({ state }) => !states.includes(state))).toEqual([]);
  return rows.map(({ kind, key, at }) => `${kind} ${key.split('-')[0]}${withInstants ? ` @ ${minute(at)}` : ''}`);
}

export interface HandoffRow {
  readonly no: number;
  readonly state: string;
  readonly key: string;
  readonly offered: Date;
  readonly due: Date | null;
  readonly decided: Date | null;
}

export function handoffRows(baton: TestBaton, lead: TestLead): Promise<HandoffRow[]> {
  return baton.dataSource.query<HandoffRow[]>(
    `select h.no, h.state, p.key, h.offered_at as offered, h.accept_due_at as due, h.decided_at as decided
       from handoffs h join people p on p.id = h.assignee_id where h.lead_id = $1 order by h.no`,
    [lead.id],
  );
}

/** Number, state, rep, and the minutes of the offer, its end by the SLA and the decision. */
export async function handoffsOf(baton: TestBaton, lead: TestLead): Promise<unknown[]> {
  return (await handoffRows(baton, lead)).map(({ no, state, key, offered, due, decided }) => [
    ...[no, state, key, minute(offered), minute(due), minute(decided)],
  ]);
}
