import { Injectable } from '@nestjs/common';

export type MetricLabels = Readonly<Record<string, string>>;
type MetricType = 'counter' | 'gauge' | 'histogram';

/** One line of a gauge that is read when asked. */
export interface MetricSample {
  readonly labels?: MetricLabels;
  readonly value: number;
}

/** Seconds; from a fast read to the limit of a request. */
const DURATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

const NAME = /^[a-z][a-z0-9_]*$/;

const escapeValue = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');

const formatNumber = (value: number): string => {
  if (Number.isNaN(value)) return 'NaN';
  return Number.isFinite(value) ? String(value) : value > 0 ? '+Inf' : '-Inf';
};

function renderLine(name: string, labels: MetricLabels, value: number): string {
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escapeValue(text)}"`);
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${formatNumber(value)}`;
}

/** One metric in the text format of Prometheus, version 0.0.4. `help` is one line. */
function renderMetric(name: string, type: MetricType, help: string, lines: readonly string[]): string {
  if (!NAME.test(name)) throw new Error(`${name} is not the name of a metric`);
  const said = help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return [`# HELP ${name} ${said}`, `# TYPE ${name} ${type}`, ...lines].join('\n');
}

export const renderGauge = (name: string, help: string, samples: readonly MetricSample[]): string =>
  renderMetric(
    name,
    'gauge',
    help,
    samples.map(({ labels = {}, value }) => renderLine(name, labels, value)),
  );

interface Metric {
  render(): string;
}

/** Goes up while the process lives. */
export class Counter implements Metric {
  private readonly values = new Map<string, { readonly labels: MetricLabels; value: number }>();

  constructor(
    private readonly name: string,
    private readonly help: string,
  ) {}

  add(labels: MetricLabels = {}, by = 1): void {
    const key = JSON.stringify(labels);
    const known = this.values.get(key);
    if (known) known.value += by;
    else this.values.set(key, { labels, value: by });
  }

  render(): string {
    const lines = [...this.values.values()].map(({ labels, value }) => renderLine(this.name, labels, value));
    return renderMetric(this.name, 'counter', this.help, lines);
  }
}

/** Counts observations by upper bounds, which are cumulative. */
export class Histogram implements Metric {
  private readonly series = new Map<string, { readonly labels: MetricLabels; counts: number[]; sum: number }>();

  constructor(
    private readonly name: string,
    private readonly help: string,
    private readonly bounds: readonly number[],
  ) {}

  observe(labels: MetricLabels, value: number): void {
    const key = JSON.stringify(labels);
    let one = this.series.get(key);
    if (!one) {
      one = { labels, counts: new Array<number>(this.bounds.length + 1).fill(0), sum: 0 };
      this.series.set(key, one);
    }
    const at = this.bounds.findIndex((bound) => value <= bound);
    const slot = at === -1 ? this.bounds.length : at;
    one.counts[slot] = (one.counts[slot] ?? 0) + 1;
    one.sum += value;
  }

  render(): string {
    const lines = [...this.series.values()].flatMap(({ labels, counts, sum }) => {
      let total = 0;
      const buckets = counts.map((count, index) => {
        total += count;
        const le = formatNumber(this.bounds[index] ?? Number.POSITIVE_INFINITY);
        return renderLine(`${this.name}_bucket`, { ...labels, le }, total);
      });
      return [...buckets, renderLine(`${this.name}_sum`, labels, sum), renderLine(`${this.name}_count`, labels, total)];
    });
    return renderMetric(this.name, 'histogram', this.help, lines);
  }
}

/** What this process counts itself. Labels are codes and route patterns, never ids or addresses (promise A20). */
@Injectable()
export class MetricsRegistry {
  private readonly metrics = new Map<string, Metric>();

  readonly httpSeconds = this.keep(
    'baton_http_request_duration_seconds',
    (name) => new Histogram(name, 'Answered requests by route pattern.', DURATION_BUCKETS),
  );
  readonly ingested = this.keep(
    'baton_engagements_ingested_total',
    (name) => new Counter(name, 'Engagements sent to this process, by what became of them.'),
  );
  readonly relayDelivered = this.keep(
    'baton_relay_delivered_total',
    (name) => new Counter(name, 'Outbox rows the relay has delivered.'),
  );
  readonly relayFailed = this.keep(
    'baton_relay_failures_total',
    (name) => new Counter(name, 'Deliveries and turns of the relay that failed and are tried again.'),
  );
  readonly relayLag = this.keep(
    'baton_relay_lag_seconds',
    (name) => new Histogram(name, 'From the commit of an outbox row to its delivery.', DURATION_BUCKETS),
  );

  /** All metrics of this process; one that was never observed has its head only. */
  render(): string {
    return [...this.metrics.values()].map((metric) => `${metric.render()}\n`).join('');
  }

  private keep<M extends Metric>(name: string, make: (name: string) => M): M {
    const metric = make(name);
    this.metrics.set(name, metric);
    return metric;
  }
}
