import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { LEAD_STATES } from '../../domain/lead/lead-state.js';
import { OUTBOX_LANES } from '../common/outbox-lanes.js';
import { MetricsRegistry } from '../common/metrics/metrics-registry.js';

/** A push by a person and an `offer` step are counted apart: only a definition makes an MQL (product: A lead's life). */
const QUALIFIED_BY = ['definition', 'person', 'step'];
/** Mail that is not settled; what is settled is counted as it happens. */
const UNSETTLED = ['planned', 'claimed', 'held', 'in_doubt'];
/** Scrapes of several collectors ask the database once. */
const KEEP_MS = 3_000;
/** A scrape must not wait for a database that hangs. */
const LIMIT_MS = 5_000;
/** The relay and a sync need a moment; later than this a wake is late. */
const WAKE_GRACE_SECONDS = 30;

type Row = Readonly<Record<string, string | number>>;
/** A query and what its rows say: the values of gauges, by name of the gauge. */
interface Reading {
  readonly sql: string;
  readonly parameters?: readonly unknown[];
  readonly show: (rows: readonly Row[]) => void;
}

const age = (column: string): string =>
  `coalesce(greatest(0, extract(epoch from $1::timestamptz - min(${column}))), 0)::float8`;

/** What the record says about the state of the whole, at the moment of a scrape; one query each, all by index. */
@Injectable()
export class RecordGaugesReadModel {
  private kept: { readonly at: number; readonly done: Promise<void> } | undefined;

  private readonly up = this.metrics.gauge('baton_record_up', 'Whether the database answered this scrape.');
  private readonly leads = this.gauge('baton_leads', 'Leads by state.', 'state');
  private readonly touches = this.gauge('baton_touches_unsettled', 'Touches that are not settled, by state.', 'state');
  private readonly notices = this.gauge('baton_notices_unsettled', 'Notices that are not settled, by state.', 'state');
  private readonly waiting = this.gauge('baton_outbox_undelivered', 'Outbox rows not delivered.', 'lane');
  private readonly oldest = this.gauge('baton_outbox_oldest_seconds', 'Age of the oldest of them.', 'lane');
  private readonly prepMails = this.gauge('baton_prep_mails_unsettled', 'Mails about checklists, by state.', 'state');
  private readonly breakers = this.gauge('baton_breakers_open', 'Breakers that hold touches, by scope.', 'scope');
  private readonly offered = this.gauge('baton_handoffs_offered', 'Handoffs that wait for an answer.');
  private readonly made = this.gauge('baton_handoffs', 'Handoffs so far, by what qualified the lead.', 'qualified_by');
  private readonly overdue = this.gauge(
    'baton_handoffs_overdue',
    'Those past the instant they were to be accepted by.',
  );
  private readonly overdueBy = this.gauge('baton_handoffs_overdue_seconds', 'Lateness of the latest of them.');
  private readonly late = this.gauge('baton_lead_wakes_late', 'Open leads whose next instant is over by 30 s or more.');
  private readonly lateBy = this.gauge('baton_lead_wakes_late_seconds', 'Lateness of the latest of them.');

  constructor(
    private readonly dataSource: DataSource,
    private readonly metrics: MetricsRegistry,
  ) {}

  /** Sets the gauges; without an answer of the database `baton_record_up` is 0 and the others show nothing. */
  refresh(now: number): Promise<void> {
    if (!this.kept || now - this.kept.at >= KEEP_MS || now < this.kept.at) {
      this.kept = { at: now, done: this.read(new Date(now)) };
    }
    return this.kept.done;
  }

  private async read(now: Date): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), LIMIT_MS);
    });
    const shows = await Promise.race([this.ask(now).catch(() => undefined), limit]);
    clearTimeout(timer);
    this.forget();
    this.up.set(shows ? 1 : 0);
    for (const show of shows ?? []) show();
  }

  private async ask(now: Date): Promise<(() => void)[]> {
    const shows: (() => void)[] = [];
    for (const { sql, parameters = [], show } of this.readings(now)) {
      const rows = await this.dataSource.query<Row[]>(sql, [...parameters]);
      shows.push(() => show(rows));
    }
    return shows;
  }

  private readings(now: Date): Reading[] {
    const unsettled = (table: string, gauge: ReturnType<typeof this.gauge>): Reading => ({
      sql: `select state as label, count(*)::float8 as rows from ${table} where state = any($1) group by state`,
      parameters: [UNSETTLED],
      show: (rows) => setEach(gauge, 'state', UNSETTLED, rows, 'rows'),
    });
    return [
      {
        sql: 'select state as label, count(*)::float8 as rows from leads group by state',
        show: (rows) => setEach(this.leads, 'state', LEAD_STATES, rows, 'rows'),
      },
      {
        sql: 'select qualified_by as label, count(*)::float8 as rows from handoffs group by qualified_by',
        show: (rows) => setEach(this.made, 'qualified_by', QUALIFIED_BY, rows, 'rows'),
      },
      unsettled('touches', this.touches),
      unsettled('notices', this.notices),
      unsettled('prep_mails', this.prepMails),
      {
        sql: 'select scope as label, count(*)::float8 as rows from breakers where released_at is null group by scope',
        show: (rows) => setEach(this.breakers, 'scope', ['cadence', 'provider'], rows, 'rows'),
      },
      {
        sql: `select lane as label, count(*)::float8 as rows, ${age('created_at')} as age
                from outbox where delivered_at is null and created_at <= $1::timestamptz + interval '1 minute'
               group by lane`,
        parameters: [now],
        show: (rows) => {
          setEach(this.waiting, 'lane', OUTBOX_LANES, rows, 'rows');
          setEach(this.oldest, 'lane', OUTBOX_LANES, rows, 'age');
        },
      },
      {
        // A lead in virtual time keeps a clock of its own: its instants say nothing about lateness.
        sql: `select count(*)::float8 as open, count(*) filter (where h.accept_due_at < $1)::float8 as late,
                     ${age('h.accept_due_at')} as age
                from handoffs h join leads l on l.id = h.lead_id
               where h.state = 'offered' and l.clock_offset_ms = 0`,
        parameters: [now],
        show: ([row]) => {
          this.offered.set(Number(row?.open));
          this.overdue.set(Number(row?.late));
          this.overdueBy.set(Number(row?.age));
        },
      },
      {
        // A closed lead has no next instant.
        sql: `select count(*)::float8 as rows, ${age('next_wake_at')} as age from leads
               where clock_offset_ms = 0
                 and next_wake_at < $1::timestamptz - make_interval(secs => ${WAKE_GRACE_SECONDS})`,
        parameters: [now],
        show: ([row]) => {
          this.late.set(Number(row?.rows));
          this.lateBy.set(Number(row?.age));
        },
      },
    ];
  }

  private gauge(name: string, help: string, ...labels: string[]) {
    return this.metrics.gauge<string>(name, help, labels);
  }

  private forget(): void {
    const labelled = [
      this.leads,
      this.touches,
      this.notices,
      this.prepMails,
      this.breakers,
      this.waiting,
      this.oldest,
      this.made,
    ];
    for (const gauge of labelled) gauge.reset();
    for (const gauge of [this.offered, this.overdue, this.overdueBy, this.late, this.lateBy]) gauge.remove();
  }
}

/** Every known value of the label, with 0 where there is nothing: a series that vanishes cannot raise an alarm. */
function setEach(
  gauge: { set(labels: Record<string, string>, value: number): void },
  label: string,
  values: readonly string[],
  rows: readonly Row[],
  column: string,
): void {
  for (const value of values) {
    gauge.set({ [label]: value }, Number(rows.find((row) => row.label === value)?.[column] ?? 0));
  }
}
