import { describe, expect, it } from '@jest/globals';
import { MetricsRegistry } from '../common/metrics/metrics-registry.js';
import { measureActivities } from './activity-metrics.js';

const ran = async (activity: string, input: unknown, work: () => Promise<unknown>): Promise<string> => {
  const metrics = new MetricsRegistry();
  const { inbound } = measureActivities(metrics)({ info: { activityType: activity } });
  await inbound.execute({ args: [input] }, work).catch(() => undefined);
  return metrics.registry.metrics();
};

describe('activities', () => {
  it('are measured by what became of them', async () => {
    const done = await ran('syncLead', { records: [], now: 0 }, async () => ({}));
    expect(done).toContain('baton_activity_duration_seconds_count{activity="syncLead",result="done"} 1');
    const failed = await ran('syncLead', { records: [], now: 0 }, () => Promise.reject(new Error('away')));
    expect(failed).toContain('baton_activity_duration_seconds_count{activity="syncLead",result="failed"} 1');
  });

  it('count touches and notices by result', async () => {
    expect(await ran('sendTouch', {}, async () => ({ result: 'held' }))).toContain(
      'baton_touches_total{result="held"} 1',
    );
    expect(await ran('sendNotice', {}, async () => ({ result: 'sent' }))).toContain(
      'baton_notices_total{result="sent"} 1',
    );
  });

  it('tell how late a rung was climbed, on the lead’s clock', async () => {
    const rung = { kind: 'rung', at: 1_000, data: { handoffNo: 1, purpose: 'accept', do: 'remind' } };
    const text = await ran('syncLead', { records: [rung], now: 5_500 }, async () => ({}));
    expect(text).toContain('baton_rung_lateness_seconds_sum{purpose="accept",action="remind"} 4.5');
    expect(text).toContain('baton_rung_lateness_seconds_bucket{le="1",purpose="accept",action="remind"} 0');
  });
});
