import type { SyncLeadInput } from '../../domain/lead/lead-sync.js';
import type { MetricsRegistry } from '../common/metrics/metrics-registry.js';

interface ActivityContext {
  readonly info: { readonly activityType: string };
}
interface ExecuteInput {
  readonly args: unknown[];
}

/** The interceptor of a worker that measures every activity it runs, local ones too, and what came of them. */
export const measureActivities =
  (metrics: MetricsRegistry) =>
  ({ info: { activityType: activity } }: ActivityContext) => ({
    inbound: {
      async execute<I extends ExecuteInput>(input: I, next: (input: I) => Promise<unknown>): Promise<unknown> {
        const stop = metrics.activitySeconds.startTimer({ activity });
        try {
          const answer = await next(input);
          stop({ result: 'done' });
          note(metrics, activity, input.args[0], answer);
          return answer;
        } catch (error) {
          stop({ result: 'failed' });
          throw error;
        }
      },
    },
  });

function note(metrics: MetricsRegistry, activity: string, input: unknown, answer: unknown): void {
  if (activity === 'sendTouch') metrics.touches.inc({ result: (answer as { result: string }).result });
  if (activity === 'sendNotice') metrics.notices.inc({ result: (answer as { result: string }).result });
  if (activity !== 'syncLead') return;
  const { records, now } = input as SyncLeadInput;
  for (const { kind, at, data } of records) {
    if (kind !== 'rung') continue;
    const labels = { purpose: String(data['purpose']), action: String(data['do']) };
    metrics.rungLateness.observe(labels, Math.max(0, now - at) / 1_000);
  }
}
