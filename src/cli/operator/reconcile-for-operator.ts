import type { Config } from '../../config/config.js';
import { ReconcileModule } from '../../operations/reconcile/reconcile.module.js';
import { ReconcileService } from '../../operations/reconcile/reconcile.service.js';
import { TemporalModule } from '../../temporal/temporal.module.js';
import { withCommandApp } from '../command-app.js';

export interface Reconciliation {
  /** Open leads that were looked at. */
  readonly leads: number;
  /** Violations by kind. */
  readonly counts: Readonly<Record<string, number>>;
  readonly lines: readonly string[];
  /** Whether something is left that was not repaired. */
  readonly wrong: boolean;
}

/** Every violation in a line; with `repair` what helps without a person is done. Throws when a server is away. */
export function reconcileForOperator(config: Config, repair: boolean): Promise<Reconciliation> {
  return withCommandApp(config, [TemporalModule.forRoot(), ReconcileModule], async (app) => {
    const service = app.get(ReconcileService);
    const now = new Date();
    const report = repair ? await service.repair(now, null) : await service.check(now);
    const found = report.violations.map((one) => ({ repaired: false, ...one }));
    const left = found.filter(({ repaired }) => !repaired).length;
    const more = report.complete ? '' : ', and more of the same kind';
    const counts: Record<string, number> = {};
    for (const { kind } of found) counts[kind] = (counts[kind] ?? 0) + 1;
    return {
      leads: report.leads,
      counts,
      lines: [
        ...found.map(
          ({ leadId, kind, cause, repaired }) => `${repaired ? 'MENDED' : 'WRONG '} ${leadId} ${kind}: ${cause}`,
        ),
        `${report.leads} open leads looked at, ${found.length} violations${more}${repair ? `, ${left} left to people` : ''}`,
      ],
      wrong: left > 0,
    };
  });
}
