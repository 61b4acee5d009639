import { describe, expect, it } from '@jest/globals';
import { MetricsRegistry } from './metrics-registry.js';

describe('the registry', () => {
  it('shows counters of known labels before their first event', async () => {
    const text = await new MetricsRegistry().registry.metrics();
    expect(text).toContain('\nbaton_touches_total{result="in_doubt"} 0\n');
    expect(text).toContain('\nbaton_relay_failures_total{lane="new",what="turn"} 0\n');
  });

  it('keeps two applications of one process apart', async () => {
    const [one, other] = [new MetricsRegistry(), new MetricsRegistry()];
    one.ingested.inc({ result: 'stored' }, 2);
    expect(await one.registry.metrics()).toContain('baton_engagements_ingested_total{result="stored"} 2');
    expect(await other.registry.metrics()).toContain('baton_engagements_ingested_total{result="stored"} 0');
  });

  it('shows a gauge only once it is set', async () => {
    const metrics = new MetricsRegistry();
    const plain = metrics.gauge('baton_x', 'X.');
    expect(await metrics.registry.metrics()).not.toMatch(/^baton_x/m);
    plain.set(3);
    expect(await metrics.registry.metrics()).toMatch(/^baton_x 3$/m);
  });

  it('follows the conventions of names: base units, _total for counters alone', async () => {
    for (const { name, type } of await new MetricsRegistry().registry.getMetricsAsJSON()) {
      expect(name).toMatch(/^baton_[a-z]+(_[a-z]+)*$/);
      // The client library answers the type as text.
      expect([name, name.endsWith('_total')]).toEqual([name, String(type) === 'counter']);
      if (String(type) === 'histogram') expect(name).toMatch(/_seconds$/);
    }
  });
});
