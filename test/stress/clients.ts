import { setTimeout as pause } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { ask, type Reply } from '../support/load.js';
import type { PlannedFact, PlannedLead } from './scenario.js';

/** What the clients were told, each entry once it was acknowledged. */
export interface Ledger {
  /** Event id → what was sent. */
  readonly facts: Map<string, SentFact>;
  /** Lead id → its plan. */
  readonly leads: Map<string, PlannedLead>;
  /** Handoff and kind → how it was answered last. */
  readonly decisions: Map<string, SentDecision>;
  readonly strange: string[];
}

export interface SentFact {
  readonly leadId: string;
  readonly kind: string;
  readonly occurredAt: number;
  readonly properties: Readonly<Record<string, string>>;
}

export interface SentDecision {
  readonly handoffId: string;
  readonly kind: 'accept' | 'reject';
  readonly status: number;
}

export const newLedger = (): Ledger => ({ facts: new Map(), leads: new Map(), decisions: new Map(), strange: [] });

const REPEAT_AFTER_MS = 150;
/** Nobody answered, or the database or the engine is away. */
const AGAIN = [0, 503];

/** The try whose answer got lost is still under way, or nobody has found out yet that its process is gone. */
const underWay = ({ status, body }: Reply): boolean =>
  status === 409 && String((body as { type?: unknown }).type).includes('in-progress');

/** People and systems around the product: each repeats what was not acknowledged, unchanged, until it is. */
export class Clients {
  private readonly decided = new Set<string>();
  private attempts = 0;
  private open = true;

  constructor(
    private readonly run: string,
    private readonly url: () => string | undefined,
    private readonly key: string,
    private readonly ledger: Ledger,
    private readonly log: () => string,
  ) {}

  emailOf(lead: PlannedLead): string {
    return `lead-${lead.no}@${this.run}.example`;
  }

  /** In the subject of every mail to people about it. */
  companyOf(lead: PlannedLead): string {
    return `Werk ${this.run} no. ${lead.no}!`;
  }

  /** Creates the lead at its time and sends what happens to it; settles when all is acknowledged. */
  async live(lead: PlannedLead, created: (leadId: string) => Promise<void>): Promise<void> {
    await pause(lead.beginsMs);
    const begin = Date.now();
    const id = this.create(lead);
    const facts = lead.facts.map(async (fact, index) => {
      await pause(Math.max(0, begin + fact.afterMs - Date.now()));
      await this.send(lead, fact, `${this.run}-${lead.no}-${index}`, id);
    });
    await created(await id);
    await Promise.all(facts);
  }

  /** Decides every offer as planned, until `stop`. */
  async decideAll(dataSource: DataSource): Promise<void> {
    const under: Promise<void>[] = [];
    while (this.open) {
      // On a busy machine the look may time out; the next one finds the same offers.
      const offered = await dataSource
        .query<{ id: string; lead_id: string }[]>(`select id, lead_id from handoffs where state = 'offered'`)
        .catch(() => []);
      for (const { id, lead_id: leadId } of offered) {
        const lead = this.ledger.leads.get(leadId);
        if (!lead || this.decided.has(id)) continue;
        this.decided.add(id);
        under.push(this.decideOne(id, lead));
      }
      await pause(200);
    }
    await Promise.all(under);
  }

  stop(): void {
    this.open = false;
  }

  private async create(lead: PlannedLead): Promise<string> {
    const body = {
      ...{ email: this.emailOf(lead), company: this.companyOf(lead), country: 'DE', source: lead.cadence },
      profile: { employees: 500, short: lead.shortRuns ? 'yes' : 'no' },
      consent: { basis: 'contract', at: '2026-01-01T00:00:00Z' },
    };
    const headers = { 'idempotency-key': `${this.run}-lead-${lead.no}` };
    const reply = await this.until([200, 201], () => this.post('/v1/leads', body, headers));
    const { id } = (reply.body as { lead: { id: string } }).lead;
    this.ledger.leads.set(id, lead);
    return id;
  }

  private async send(lead: PlannedLead, fact: PlannedFact, eventId: string, id: Promise<string>): Promise<void> {
    const { kind, properties, lateMs, byEmail, copies } = fact;
    const occurredAt = Date.now() - lateMs;
    const to = byEmail ? { email: this.emailOf(lead) } : { id: await id };
    const body = { source: 'stress', eventId, lead: to, kind, properties };
    const send = (): Promise<Reply> =>
      this.post('/v1/engagements', { ...body, occurredAt: new Date(occurredAt).toISOString() });
    const copy = async (): Promise<void> => {
      const { body: told } = await this.until([202], send, [...AGAIN, 404]);
      if ((told as { conflict: boolean }).conflict)
        this.ledger.strange.push(`${eventId} is told to differ from itself`);
    };
    await Promise.all(Array.from({ length: copies }, copy));
    this.ledger.facts.set(eventId, { leadId: await id, kind, occurredAt, properties });
  }

  /** An offer seen too early is refused, as one whose time is over: whoever still sees it decides again. */
  private async decideOne(id: string, lead: PlannedLead): Promise<void> {
    const statuses = await Promise.all(lead.decisions.map((decision) => this.decide(id, decision)));
    if (!statuses.includes(200)) this.decided.delete(id);
  }

  private async decide(handoffId: string, { kind, afterMs }: PlannedLead['decisions'][number]): Promise<number> {
    await pause(afterMs);
    const body = kind === 'accept' ? {} : { reason: 'not_ready' };
    // The same decision by the same person gets the same answer, with a key and without.
    const keyed = handoffId.charCodeAt(0) + handoffId.charCodeAt(handoffId.length - 1);
    this.attempts += 1;
    const key = `${kind}-${handoffId}-${this.attempts}`;
    const headers: Record<string, string> = keyed % 2 === 0 ? { 'idempotency-key': key } : {};
    const path = `/v1/handoffs/${handoffId}/${kind}`;
    const { status } = await this.until([200, 409], () => this.post(path, body, headers));
    this.ledger.decisions.set(`${kind} ${handoffId}`, { handoffId, kind, status });
    return status;
  }

  private post(path: string, body: object, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
    const target = { url: () => this.url() ?? 'http://127.0.0.1:1', key: this.key };
    return ask(target, 'POST', path, body, headers);
  }

  /** What the api wrote about requests it failed. */
  private failures(): string {
    const lines = this.log().split('\n');
    return lines
      .filter((line) => line.includes('request failed'))
      .slice(-2)
      .join('\n');
  }

  private async until(
    wanted: readonly number[],
    send: () => Promise<Reply>,
    again: readonly number[] = AGAIN,
  ): Promise<Reply> {
    for (;;) {
      const reply = await send();
      const waits = underWay(reply);
      if (!waits && wanted.includes(reply.status)) return reply;
      if (!waits && !again.includes(reply.status))
        throw new Error(`${reply.what} answered ${reply.status}: ${JSON.stringify(reply.body)}\n${this.failures()}`);
      await pause(REPEAT_AFTER_MS);
    }
  }
}
