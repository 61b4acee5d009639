import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { Condition } from '../../domain/condition/condition.js';
import type { Rate } from '../../domain/lead/pace-asks.js';
import { AuditService } from '../common/audit/audit.service.js';
import { conflict, type FieldError, unprocessable } from '../common/problem.js';
import { inTransaction } from '../database/transaction.js';
import { JobsService } from '../jobs/jobs.service.js';
import { LeadFactsService } from '../leads/lead-facts.service.js';
import { unmappedOf } from './cadence-dry-run.service.js';
import { CadenceLeadsReadModel, type LeadInside } from './cadence-leads.read-model.js';
import type { Migrate } from './cadence-migrations.schema.js';
import { type CadenceEdition, VersionChangeService } from './version-change.service.js';

export interface OrderedJob {
  readonly id: string;
  /** Leads it is about. */
  readonly total: number;
  readonly rate: Rate;
}

/** Takes orders to move leads to another version: who goes is settled here, a job does it. */
@Injectable()
export class CadenceMigrationOrdersService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly leads: CadenceLeadsReadModel,
    private readonly changes: VersionChangeService,
    private readonly facts: LeadFactsService,
    private readonly jobs: JobsService,
    private readonly audit: AuditService,
  ) {}

  /**
   * The job, which runs from now on. 404 for an unknown cadence; 422 for an unknown version, a mapping that names what is not there,
   * every step that is gone and has no place, and every listed lead that is not inside; 409 while another one runs.
   */
  async order(key: string, order: Migrate, personId: string, now: Date): Promise<OrderedJob> {
    const job = await inTransaction(this.dataSource, async (manager) => {
      // Two orders for one cadence at once take turns here.
      await manager.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`migrate ${key}`]);
      const to = await this.changes.edition(manager, key, order.toVersion, 'toVersion');
      const inside = await this.inside(manager, key, to, order);
      const leadIds = await this.chosen(manager, inside, order.who, now);
      await this.refuseSecond(manager, key);
      const { toVersion, fromVersion = null, mapping, rate } = order;
      const input = { toVersion, toVersionId: to.id, fromVersion, mapping, who: whoWord(order.who) };
      const job = {
        kind: 'migrate_cadence',
        subject: key,
        input,
        rate,
        startedBy: personId,
      } as const;
      const id = await this.jobs.create(manager, job, leadIds, now);
      const data = { jobId: id, toVersion, fromVersion, leads: leadIds.length };
      const entry = { actorId: personId, action: 'cadence.migrate', subjectKind: 'cadence', subjectId: key, data };
      await this.audit.record(manager, { ...entry, note: order.note ?? null }, now);
      return { id, total: leadIds.length, rate };
    });
    await this.jobs.start(job.id);
    return job;
  }

  /** Everybody who could go, once the mapping has a place for each step. */
  private async inside(
    manager: EntityManager,
    key: string,
    to: CadenceEdition,
    { fromVersion, mapping }: Migrate,
  ): Promise<LeadInside[]> {
    const from =
      fromVersion === undefined ? undefined : await this.changes.edition(manager, key, fromVersion, 'fromVersion');
    const inside = await this.leads.inside(manager, key, { toVersionId: to.id, fromVersion });
    const ids = [...inside.map((one) => one.versionId), ...(from && from.id !== to.id ? [from.id] : [])];
    const changes = await this.changes.changes(manager, ids, to, mapping);
    this.changes.refuseMapping(changes, to, mapping);
    const unmapped = unmappedOf(changes, inside);
    if (unmapped.length > 0) throw unprocessable(unmapped.map((one) => needsPlace(one, to)));
    return inside;
  }

  private async chosen(
    manager: EntityManager,
    inside: readonly LeadInside[],
    who: Migrate['who'],
    now: Date,
  ): Promise<string[]> {
    if (who === 'none') return [];
    const all = inside.map(({ leadId }) => leadId);
    if (who === 'all') return all;
    if ('steps' in who) return inside.filter(({ step }) => who.steps.includes(step)).map(({ leadId }) => leadId);
    if ('when' in who) return this.matching(manager, all, who.when, now);
    const known = new Set(all);
    const errors = who.leads.flatMap((id, index): FieldError[] => {
      const message = 'this lead is not inside another version of the cadence';
      return known.has(id) ? [] : [{ path: `who.leads.${index}`, code: 'not_inside', message }];
    });
    if (errors.length > 0) throw unprocessable(errors);
    return [...new Set(who.leads)].sort();
  }

  private async matching(
    manager: EntityManager,
    ids: readonly string[],
    when: Condition,
    now: Date,
  ): Promise<string[]> {
    const matching: string[] = [];
    for (const id of ids) {
      if (await this.facts.holds(manager, id, when, now)) matching.push(id);
    }
    return matching;
  }

  private async refuseSecond(manager: EntityManager, key: string): Promise<void> {
    const open = await this.jobs.open(manager, 'migrate_cadence', key);
    if (!open) return;
    throw conflict('Leads of this cadence are being moved already. Wait for that job, or stop it.', {
      jobId: open.id,
      state: open.state,
      since: open.createdAt.toISOString(),
    });
  }
}

function needsPlace({ step, version, leads }: { step: string; version: number; leads: number }, to: CadenceEdition) {
  const stand = leads === 1 ? '1 lead stands' : `${leads} leads stand`;
  const message = `${stand} on ${step} of version ${version}, which version ${to.version} does not have: map it to one of ${Object.keys(to.plan.steps).join(', ')}`;
  return { path: `mapping.${step}`, code: 'unmapped', message };
}

/** Who goes stands in the items of the job. A condition is not kept: it may name what a person is known by. */
function whoWord(who: Migrate['who']): unknown {
  if (typeof who !== 'object' || 'steps' in who) return who;
  return 'leads' in who ? { leads: who.leads.length } : { when: true };
}
