import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { isClosed, type LeadState } from '../../../domain/lead/lead-state.js';
import { AuditService } from '../../common/audit/audit.service.js';
import { RecordViolationsReadModel } from './record-violations.read-model.js';
import {
  type ReconcileRepair,
  type ReconcileReport,
  type Violation,
  VIOLATION_KINDS,
  type ViolationKind,
} from './reconcile.schema.js';
import { ViolationRepairsService } from './violation-repairs.service.js';
import { NEVER_STARTED, WorkflowCensusService } from './workflow-census.service.js';

/** Listed per kind; who has more than this repairs first and looks again. */
const LIMIT = 1_000;
const AT_ONCE = 8;

/** Proves that no lead is an orphan, or names those that are; repairs what can be repaired without a person. */
@Injectable()
export class ReconcileService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly record: RecordViolationsReadModel,
    private readonly census: WorkflowCensusService,
    private readonly repairs: ViolationRepairsService,
    private readonly audit: AuditService,
  ) {}

  /** Changes nothing. Throws when the database or Temporal is away: half a proof is none. */
  async check(now: Date): Promise<ReconcileReport> {
    const running = await this.census.running();
    const missing: Violation[] = [];
    const strays = new Set(running);
    let leads = 0;
    let after: string | undefined;
    for (;;) {
      const page = await this.record.openLeads(after, now);
      leads += page.length;
      for (const { id } of page) strays.delete(id);
      const absent = page.filter(({ id, young }) => !young && !running.has(id)).map(({ id }) => id);
      if (missing.length <= LIMIT) missing.push(...(await this.confirmed(absent.slice(0, LIMIT + 1))));
      after = page.at(-1)?.id;
      if (page.length === 0) break;
    }
    const all = [
      ...missing,
      ...(await this.strays([...strays].slice(0, LIMIT + 1))),
      ...(await this.record.violations(now, LIMIT)),
    ];
    const byKind = VIOLATION_KINDS.map((kind) => all.filter((violation) => violation.kind === kind));
    return {
      checkedAt: now.toISOString(),
      leads,
      complete: byKind.every((some) => some.length <= LIMIT),
      violations: byKind.flatMap((some) => some.slice(0, LIMIT)),
    };
  }

  /** Checks, and does what helps. `actorId` null: an operator at the machine. */
  async repair(now: Date, actorId: string | null, note?: string): Promise<ReconcileRepair> {
    const report = await this.check(now);
    const violations: ReconcileRepair['violations'] = [];
    for (const violation of report.violations) {
      violations.push({ ...violation, repaired: await this.repairs.repair(violation, now) });
    }
    const counts: Partial<Record<ViolationKind, number>> = {};
    for (const { kind, repaired } of violations) if (repaired) counts[kind] = (counts[kind] ?? 0) + 1;
    await this.dataSource.transaction((manager) =>
      this.audit.record(
        manager,
        {
          actorId,
          action: 'leads.reconcile',
          subjectKind: 'leads',
          subjectId: 'all',
          data: counts,
          note: note ?? null,
        },
        now,
      ),
    );
    return { ...report, violations };
  }

  /** The visibility store lags: only what Temporal says about the workflow itself counts. */
  private async confirmed(leadIds: readonly string[]): Promise<Violation[]> {
    const standings = await this.standings(leadIds);
    const lost = leadIds.filter((id) => standings.get(id) !== 'RUNNING');
    // One that has closed since the page was read is no orphan.
    const known = await this.record.states(lost);
    return lost
      .filter((id) => !isClosed((known.get(id)?.state ?? 'nurturing') as LeadState))
      .map((leadId) => orphan(leadId, standings.get(leadId) ?? NEVER_STARTED));
  }

  /** Workflows of leads that are closed or not in the record. */
  private async strays(leadIds: readonly string[]): Promise<Violation[]> {
    const known = await this.record.states(leadIds);
    const suspects = leadIds.filter((id) => {
      const lead = known.get(id);
      // Closing commits a moment before the workflow ends; a lead made during this check is no stray.
      return lead === undefined || (isClosed(lead.state as LeadState) && lead.settled);
    });
    const standings = await this.standings(suspects);
    return suspects
      .filter((id) => standings.get(id) === 'RUNNING')
      .map((leadId) => {
        const lead = known.get(leadId);
        const cause = lead
          ? `its workflow runs, the lead is ${lead.state}`
          : 'its workflow runs, the record has no such lead: is this the right database? Terminate it in the Temporal UI if so';
        return { leadId, kind: 'workflow_stray', cause };
      });
  }

  private async standings(leadIds: readonly string[]): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    const queue = leadIds.values();
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (const id of queue) found.set(id, await this.census.standing(id));
      }),
    );
    return found;
  }
}

function orphan(leadId: string, standing: string): Violation {
  if (standing === NEVER_STARTED) return { leadId, kind: 'workflow_missing', cause: 'it has no workflow' };
  // One that ended well is not started again by itself: the record and the workflow disagree.
  if (standing === 'COMPLETED') return { leadId, kind: 'workflow_ended', cause: 'its workflow has ended as if closed' };
  return { leadId, kind: 'workflow_missing', cause: `its workflow has ended as ${standing}` };
}
