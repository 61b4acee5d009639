import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { OUTBOX_LANES } from '../outbox-lanes.js';

/** Seconds; from a fast read to the limit of a request. */
const DURATIONS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** Seconds; a rung is late by milliseconds while all is well, by hours after an outage. */
const LATENESS = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3_600, 21_600, 86_400];

const INGEST_RESULTS = ['stored', 'duplicate', 'conflict', 'refused'];
const TOUCH_RESULTS = ['sent', 'in_doubt', 'skipped', 'held', 'deferred', 'stale', 'failed'];
const NOTICE_RESULTS = ['sent', 'in_doubt', 'skipped'];

/** What this process counts itself. Labels are codes and route patterns, never ids or addresses (promise A20). */
@Injectable()
export class MetricsRegistry {
  /** One per application: a test runs several in one process. */
  readonly registry = new Registry();

  readonly httpRequests = this.counter('baton_http_requests_total', 'Answered requests by route pattern.', [
    ...['method', 'route', 'status'],
  ]);
  readonly httpSeconds = this.histogram(
    'baton_http_request_duration_seconds',
    'From the arrival of a request to its answer, by route pattern and class of status.',
    ['method', 'route', 'status'],
  );
  readonly ingested = this.counter(
    'baton_engagements_ingested_total',
    'Engagements sent to this process, by what became of them.',
    ['result'],
    INGEST_RESULTS.map((result) => ({ result })),
  );
  readonly ingestSeconds = this.histogram(
    'baton_engagement_ingest_duration_seconds',
    'From the arrival of engagements to their commit, waiting for the group included; one observation a request.',
  );
  readonly relayDelivered = this.counter(
    'baton_relay_delivered_total',
    'Outbox rows the relay has delivered.',
    ['lane'],
    OUTBOX_LANES.map((lane) => ({ lane })),
  );
  readonly relayFailed = this.counter(
    'baton_relay_failures_total',
    'Deliveries and turns of the relay that failed and are tried again.',
    ['lane', 'what'],
    OUTBOX_LANES.flatMap((lane) => ['delivery', 'turn'].map((what) => ({ lane, what }))),
  );
  readonly relayLag = this.histogram(
    'baton_relay_lag_seconds',
    'From the making of an outbox row to its delivery to Temporal.',
    ['lane'],
  );
  readonly touches = this.counter(
    'baton_touches_total',
    'Tries of touches by result; one that is deferred, held or failed is tried again.',
    ['result'],
    TOUCH_RESULTS.map((result) => ({ result })),
  );
  readonly notices = this.counter(
    'baton_notices_total',
    'Mails to people of the organisation by result.',
    ['result'],
    NOTICE_RESULTS.map((result) => ({ result })),
  );
  readonly activitySeconds = this.histogram(
    'baton_activity_duration_seconds',
    'Duration of activities, syncs of leads among them.',
    ['activity', 'result'],
  );
  readonly rungLateness = this.histogram(
    'baton_rung_lateness_seconds',
    'From the instant a rung of a ladder was due, on the lead’s clock, to its being climbed.',
    ['purpose', 'action'],
    LATENESS,
  );

  /** A gauge that its owner sets; it shows nothing before. */
  gauge<L extends string = never>(name: string, help: string, labelNames: readonly L[] = []): Gauge<L> {
    const gauge = new Gauge({ name, help, labelNames, registers: [this.registry] });
    if (labelNames.length === 0) gauge.remove();
    return gauge;
  }

  /** Series whose labels are known from the start begin at 0: a rate needs a value before the first event. */
  private counter<L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[],
    known: readonly Readonly<Record<L, string>>[] = [],
  ): Counter<L> {
    const counter = new Counter({ name, help, labelNames, registers: [this.registry] });
    for (const labels of known) counter.inc(labels, 0);
    return counter;
  }

  private histogram<L extends string = never>(
    name: string,
    help: string,
    labelNames: readonly L[] = [],
    buckets: number[] = DURATIONS,
  ): Histogram<L> {
    return new Histogram({ name, help, labelNames, buckets, registers: [this.registry] });
  }
}
