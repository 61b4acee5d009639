import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { LEAD_STATES } from '../../domain/lead/lead-state.js';
import { type MetricSample, renderGauge } from '../common/metrics/metrics-registry.js';

const MAIL_STATES = ['planned', 'claimed', 'sent', 'failed', 'in_doubt', 'skipped', 'held'];
const LANES = ['new', 'poke'];
/** A scrape by several collectors asks the database once. */
const KEEP_MS = 1_000;
/** A scrape must not wait for a database that hangs. */
const LIMIT_MS = 5_000;
/** The relay and a sync need a moment; later than this a wake is late. */
const WAKE_GRACE_MS = 30_000;

type Row = Readonly<Record<string, string | number>>;

/** Every known value of the label, with 0 where there is nothing: a series that vanishes cannot raise an alarm. */
const byLabel = (label: string, values: readonly string[], rows: readonly Row[], column: string): MetricSample[] =>
  values.map((value) => ({
    labels: { [label]: value },
    value: Number(rows.find((row) => row.label === value)?.[column] ?? 0),
  }));

/** What the record says about the state of the whole, at the moment of a scrape; one query each. */
@Injectable()
export class RecordGaugesReadModel {
  private kept: { readonly at: number; readonly text: Promise<string> } | undefined;

  constructor(private readonly dataSource: DataSource) {}

  /** In the text format; `baton_record_up 0` alone when the database doesn't answer. `now` in epoch milliseconds. */
  render(now: number): Promise<string> {
    if (!this.kept || now - this.kept.at >= KEEP_MS || now < this.kept.at) {
      this.kept = { at: now, text: this.read(now) };
    }
    return this.kept.text;
  }

  private async read(now: number): Promise<string> {
    const up = (value: number): string =>
      renderGauge('baton_record_up', 'Whether the database answered this scrape.', [{ value }]);
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), LIMIT_MS);
    });
    const gauges = this.gauges(new Date(now)).catch(() => undefined);
    const answered = await Promise.race([gauges, limit]);
    clearTimeout(timer);
    return `${[up(answered ? 1 : 0), ...(answered ?? [])].join('\n')}\n`;
  }

  private async gauges(now: Date): Promise<string[]> {
    const ask = (sql: string, ...parameters: unknown[]): Promise<Row[]> => this.dataSource.query(sql, parameters);
    const count = (table: string) =>
      ask(`select state as label, count(*)::float8 as rows from ${table} group by state`);
    const age = (column: string) => `coalesce(greatest(0, extract(epoch from $1 - min(${column}))), 0)::float8`;
    const leads = await count('leads');
    const touches = await count('touches');
    const notices = await count('notices');
    const outbox = await ask(
      `select lane as label, count(*)::float8 as rows, ${age('created_at')} as age
         from outbox where delivered_at is null and created_at <= $1::timestamptz + interval '1 minute' group by lane`,
      now,
    );
    // A lead in virtual time keeps a clock of its own: its instants say nothing about lateness.
    const [offers] = await ask(
      `select count(*)::float8 as open, count(*) filter (where h.accept_due_at < $1)::float8 as late,
              coalesce(greatest(0, extract(epoch from $1 - min(h.accept_due_at))), 0)::float8 as age
         from handoffs h join leads l on l.id = h.lead_id
        where h.state = 'offered' and l.clock_offset_ms = 0`,
      now,
    );
    const [wakes] = await ask(
      `select count(*)::float8 as rows, ${age('next_wake_at')} as age from leads
        where next_wake_at < $1::timestamptz - make_interval(secs => ${WAKE_GRACE_MS / 1_000})
          and clock_offset_ms = 0 and state not in ('won', 'disqualified', 'erased')`,
      now,
    );
    const one = (value: string | number | undefined): MetricSample[] => [{ value: Number(value ?? 0) }];
    return [
      renderGauge('baton_leads', 'Leads by state.', byLabel('state', LEAD_STATES, leads, 'rows')),
      renderGauge('baton_touches', 'Touches by result.', byLabel('state', MAIL_STATES, touches, 'rows')),
      renderGauge('baton_notices', 'Notices by result.', byLabel('state', MAIL_STATES, notices, 'rows')),
      renderGauge('baton_outbox_undelivered', 'Outbox rows not delivered.', byLabel('lane', LANES, outbox, 'rows')),
      renderGauge('baton_outbox_oldest_seconds', 'Age of the oldest of them.', byLabel('lane', LANES, outbox, 'age')),
      renderGauge('baton_handoffs_offered', 'Handoffs that wait for an answer.', one(offers?.open)),
      renderGauge('baton_handoffs_overdue', 'Those past the instant they were to be accepted by.', one(offers?.late)),
      renderGauge('baton_handoffs_overdue_seconds', 'Lateness of the latest of them.', one(offers?.age)),
      renderGauge('baton_lead_wakes_late', 'Open leads whose next instant is over by 30 s or more.', one(wakes?.rows)),
      renderGauge('baton_lead_wakes_late_seconds', 'Lateness of the latest of them.', one(wakes?.age)),
    ];
  }
}
