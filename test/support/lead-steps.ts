import { type CaughtMessage, mailbox, waitFor } from './stack.js';
import type { Answer, TestBaton } from './test-baton.js';

export interface TestLead {
  readonly id: string;
  readonly email: string;
  readonly company: string;
}

export interface TestHandoff {
  readonly id: string;
  readonly no: number;
  readonly state: string;
  readonly assigneeId: string;
}

/** How long a step may take before it counts as never: on a machine that is busy with other things too. */
const LONGEST_MS = 60_000;

let number = 0;

/** Text that stands in no other lead of the run: test files share the mail catcher and Temporal. */
export function uniqueWord(prefix: string): string {
  number += 1;
  return `${prefix}${Date.now().toString(36)}${Math.random().toString(36).slice(2, 7)}x${number}`;
}

/** Body of a lead that grade A lets qualify; `source` picks the cadence of `test/fixtures/workspace`. */
export function leadBody(source: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  const word = uniqueWord('lead');
  return {
    email: `${word}@${source}.example`,
    company: `Werk ${word}`,
    country: 'DE',
    source,
    profile: { employees: 500 },
    consent: { basis: 'contract', at: '2026-01-01T00:00:00Z' },
    ...more,
  };
}

/** Posts a lead in the cadence of that source. */
export async function newLead(baton: TestBaton, source: string, more: Record<string, unknown> = {}): Promise<TestLead> {
  const body = leadBody(source, more);
  const answer = await baton.call<{ lead: { id: string } }>('POST', '/v1/leads', body);
  if (answer.status !== 201) throw new Error(`POST /v1/leads answered ${answer.status}: ${answer.text}`);
  return { id: answer.body.lead.id, email: String(body['email']), company: String(body['company']) };
}

/** Posts one engagement of the lead; `eventId` is new unless given. */
export async function engage(
  baton: TestBaton,
  lead: TestLead,
  kind: string,
  more: Record<string, unknown> = {},
): Promise<Answer> {
  const answer = await baton.call('POST', '/v1/engagements', {
    source: 'test',
    eventId: uniqueWord('event'),
    lead: { id: lead.id },
    kind,
    occurredAt: new Date().toISOString(),
    ...more,
  });
  if (answer.status !== 202) throw new Error(`POST /v1/engagements answered ${answer.status}: ${answer.text}`);
  return answer;
}

/** Waits for the mail of that step to the lead. */
export async function mailOf(lead: TestLead, step: string): Promise<CaughtMessage> {
  return waitFor(async () => (await mailbox.messages({ to: lead.email, subject: `${step} for` }))[0], {
    what: `the mail ${step} to ${lead.email}`,
    timeoutMs: LONGEST_MS,
  });
}

/** First words of the subjects of all mails to the lead, oldest first: the templates that went out. */
export async function mailsOf(lead: TestLead): Promise<string[]> {
  return (await mailbox.messages({ to: lead.email })).map(({ subject }) => subject.split(' ')[0] ?? '');
}

/** Mails to people about the lead with that beginning of the subject. */
export async function noticesAbout(lead: TestLead, subject: string): Promise<readonly CaughtMessage[]> {
  const all = await mailbox.messages({ to: '@testwerk.example', subject });
  return all.filter((mail) => mail.subject.includes(lead.company));
}

/** The latest handoff once it is offered and the process waits for the answer. */
export async function offerOf(baton: TestBaton, lead: TestLead, no?: number): Promise<TestHandoff> {
  const handoff = await waitFor(
    async () => {
      const [row] = await baton.dataSource.query<TestHandoff[]>(
        `select h.id, h.no, h.state, h.assignee_id as "assigneeId" from handoffs h join leads l on l.id = h.lead_id
          where h.lead_id = $1 and l.state = 'offered' and h.state = 'offered' and ($2::int is null or h.no = $2)
          order by h.no desc limit 1`,
        [lead.id, no ?? null],
      );
      return row;
    },
    { what: `an offer of ${lead.email}`, timeoutMs: LONGEST_MS },
  );
  await baton.virtual.settled(lead.id);
  return handoff;
}

/** Makes the lead cross the definition and waits for the offer. */
export async function qualify(baton: TestBaton, lead: TestLead): Promise<TestHandoff> {
  await engage(baton, lead, 'form_submitted', { properties: { form: 'pricing' } });
  await engage(baton, lead, 'form_submitted', { properties: { form: 'demo' } });
  return offerOf(baton, lead);
}

/** `POST /v1/handoffs/{id}/<decision>`; throws when the status is not the expected one. */
export async function decide(
  baton: TestBaton,
  handoff: TestHandoff,
  decision: string,
  body: Record<string, unknown> = {},
  status = 200,
): Promise<Answer> {
  const answer = await baton.call('POST', `/v1/handoffs/${handoff.id}/${decision}`, body);
  if (answer.status !== status) throw new Error(`${decision} answered ${answer.status}: ${answer.text}`);
  return answer;
}

/** Waits until the running enrollment stands on that step. */
export async function atStep(baton: TestBaton, lead: TestLead, step: string, timeoutMs = LONGEST_MS): Promise<void> {
  await waitFor(
    async () => {
      const rows = await baton.dataSource.query<unknown[]>(
        `select 1 from enrollments where lead_id = $1 and state = 'running' and step = $2`,
        [lead.id, step],
      );
      return rows.length > 0;
    },
    { what: `${lead.email} stands on ${step}`, timeoutMs },
  );
}
