import { describe, expect, it } from '@jest/globals';
import { Counter, Histogram, MetricsRegistry, renderGauge } from './metrics-registry.js';

describe('a counter', () => {
  it('adds up by labels', () => {
    const counter = new Counter('baton_things_total', 'Things.');
    counter.add({ result: 'stored' });
    counter.add({ result: 'stored' }, 2);
    counter.add({ result: 'refused' });
    expect(counter.render().split('\n')).toEqual([
      '# HELP baton_things_total Things.',
      '# TYPE baton_things_total counter',
      'baton_things_total{result="stored"} 3',
      'baton_things_total{result="refused"} 1',
    ]);
  });
});

describe('a histogram', () => {
  it('has cumulative buckets, a bound belonging to its bucket', () => {
    const histogram = new Histogram('baton_x_seconds', 'X.', [0.1, 1]);
    for (const value of [0.05, 0.1, 0.5, 7]) histogram.observe({ route: '/v1/leads/:id' }, value);
    expect(histogram.render().split('\n').slice(2)).toEqual([
      'baton_x_seconds_bucket{route="/v1/leads/:id",le="0.1"} 2',
      'baton_x_seconds_bucket{route="/v1/leads/:id",le="1"} 3',
      'baton_x_seconds_bucket{route="/v1/leads/:id",le="+Inf"} 4',
      'baton_x_seconds_sum{route="/v1/leads/:id"} 7.65',
      'baton_x_seconds_count{route="/v1/leads/:id"} 4',
    ]);
  });
});

describe('a gauge', () => {
  it('escapes what would end a label or a line', () => {
    const text = renderGauge('baton_y', 'One\nline.', [{ labels: { a: 'q"\\\n' }, value: Number.NaN }, { value: 0 }]);
    expect(text.split('\n')).toEqual([
      '# HELP baton_y One\\nline.',
      '# TYPE baton_y gauge',
      'baton_y{a="q\\"\\\\\\n"} NaN',
      'baton_y 0',
    ]);
  });

  it('refuses a name Prometheus cannot read', () => {
    expect(() => renderGauge('baton y', 'Y.', [])).toThrow('not the name of a metric');
  });
});

describe('the registry', () => {
  it('shows every metric once, each line of the format', () => {
    const registry = new MetricsRegistry();
    registry.ingested.add({ result: 'stored' });
    const lines = registry.render().trimEnd().split('\n');
    const heads = lines.filter((line) => line.startsWith('# TYPE'));
    expect(new Set(heads).size).toBe(heads.length);
    expect(lines).toContain('baton_engagements_ingested_total{result="stored"} 1');
    for (const line of lines) expect(line).toMatch(/^(# (HELP|TYPE) |[a-z_]+(\{[^}]*\})? \S+$)/);
  });
});
