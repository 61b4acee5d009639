import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type CadenceDocument, cadenceSchema } from '../../domain/cadence/cadence.schema.js';
import { CampaignsService } from '../campaigns/campaigns.service.js';
import { AuditService } from '../common/audit/audit.service.js';
import { unknownKey } from '../common/field-checks.js';
import { toFieldErrors } from '../common/field-errors.js';
import { type FieldError, notFound, unprocessable } from '../common/problem.js';
import { stableJson } from '../common/stable-json.js';
import { insertRows } from '../database/insert-rows.js';
import { nameUuid } from '../database/name-uuid.js';
import { inTransaction } from '../database/transaction.js';
import { uuidV7 } from '../database/uuid-v7.js';
import { DocumentLinterService } from '../documents/document-linter.service.js';
import { DocumentsService } from '../documents/documents.service.js';
import { RehearsalEntity } from './rehearsal.entity.js';
import { RehearsalLedgerService } from './rehearsal-ledger.service.js';
import { endOf, presentRehearsal } from './rehearsals.presenter.js';
import type { RehearsalAnswer, RehearsalOrder } from './rehearsals.schema.js';

/** It has nothing to start from: a lead comes to it by an acceptance. */
const AIR_COVER: FieldError = {
  path: 'cadence',
  code: 'air_cover',
  message: 'An air cover starts with an acceptance: rehearse the cadence before it, with `accept` in the script.',
};

/** Takes rehearsals on and answers how far they are; a worker runs them. */
@Injectable()
export class RehearsalsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly documents: DocumentsService,
    private readonly linter: DocumentLinterService,
    private readonly campaigns: CampaignsService,
    private readonly ledger: RehearsalLedgerService,
    private readonly audit: AuditService,
  ) {}

  /**
   * Throws 422 with everything that is wrong: an unknown lead, campaign, cadence or version, a document with errors, a
   * script that names a touch no cadence has or an instant outside the rehearsal.
   */
  async create(order: RehearsalOrder, personId: string | null): Promise<RehearsalAnswer> {
    const now = new Date();
    return inTransaction(this.dataSource, async (manager) => {
      const { cadence, errors } = await this.cadenceOf(manager, order, now);
      if (cadence?.phase === 'air_cover') errors.push(AIR_COVER);
      errors.push(...(await this.wrongLead(manager, order)), ...(await this.wrongScript(manager, order, cadence, now)));
      if (errors.length > 0) throw unprocessable(errors);
      const { lead } = order;
      const row = {
        id: uuidV7(),
        state: 'queued' as const,
        request: order,
        // The same made-up lead has the same id, so that two runs, or two versions, differ in nothing else.
        leadId: 'id' in lead ? lead.id : nameUuid(`rehearsal/${stableJson(lead.profile)}`),
        realLeadId: 'id' in lead ? lead.id : null,
        ...{ progress: null, track: null, failure: null, startedAt: null, finishedAt: null },
        createdBy: personId,
        createdAt: now,
      };
      await insertRows(manager, RehearsalEntity, [row]);
      const entry = { actorId: personId, action: 'rehearsal.start', subjectKind: 'rehearsal', subjectId: row.id };
      await this.audit.record(manager, entry, now);
      return presentRehearsal(row, false);
    });
  }

  /** Throws 404 when there is none. */
  async get(id: string): Promise<RehearsalAnswer> {
    const found = await this.ledger.byId(id);
    if (!found) throw notFound('There is no such rehearsal. Results are kept for 30 days.');
    return presentRehearsal(found.row, found.lost);
  }

  private async cadenceOf(
    manager: EntityManager,
    { cadence }: RehearsalOrder,
    now: Date,
  ): Promise<{ cadence: CadenceDocument | undefined; errors: FieldError[] }> {
    if ('key' in cadence) return this.published(manager, cadence, now);
    const parsed = cadenceSchema.safeParse(cadence.document);
    if (!parsed.success) {
      return { cadence: undefined, errors: toFieldErrors(parsed.error.issues, ['cadence', 'document']) };
    }
    const problems = await this.linter.lint(manager, 'cadence', parsed.data, now);
    const errors = problems
      .filter(({ severity }) => severity === 'error')
      .map(({ path, code, message, fix }) => ({
        path: `cadence.document.${path}`,
        code: code.replaceAll('-', '_'),
        message: fix === undefined ? message : `${message}: ${fix}`,
      }));
    return { cadence: parsed.data, errors };
  }

  private async published(
    manager: EntityManager,
    { key, version }: { readonly key: string; readonly version?: number | undefined },
    now: Date,
  ): Promise<{ cadence: CadenceDocument | undefined; errors: FieldError[] }> {
    const effective = await this.documents.effective(manager, 'cadence', key, now);
    if (!effective) return { cadence: undefined, errors: [unknownKey('cadence.key', 'cadence', key)] };
    if (version === undefined) return { cadence: effective.body, errors: [] };
    const [row] = await manager.query<{ id: string }[]>(
      `select id from document_versions where kind = 'cadence' and key = $1 and version = $2 and version <= $3`,
      [key, version, effective.version],
    );
    const message = `${key} has no version ${version} that has been in force; the latest is ${effective.version}`;
    if (!row) return { cadence: undefined, errors: [{ path: 'cadence.version', code: 'unknown_version', message }] };
    return { cadence: (await this.documents.load(manager, 'cadence', row.id))?.body, errors: [] };
  }

  private async wrongLead(manager: EntityManager, { lead }: RehearsalOrder): Promise<FieldError[]> {
    if ('profile' in lead) {
      const { campaign } = lead.profile;
      if (campaign === undefined || (await this.campaigns.byKey(manager, campaign)) !== undefined) return [];
      return [unknownKey('lead.profile.campaign', 'campaign', campaign)];
    }
    const rows = await manager.query<unknown[]>(`select 1 from leads where id = $1 and state <> 'erased'`, [lead.id]);
    return rows.length > 0 ? [] : [{ path: 'lead.id', code: 'unknown_lead', message: 'There is no such lead' }];
  }

  /** The lead may go on to other cadences, so their touches count too. */
  private async wrongScript(
    manager: EntityManager,
    order: RehearsalOrder,
    cadence: CadenceDocument | undefined,
    now: Date,
  ): Promise<FieldError[]> {
    const { script, startAt } = order;
    const others = await this.documents.listEffective(manager, 'cadence', now);
    const bodies = [...others.map(({ body }) => body), ...(cadence ? [cadence] : [])];
    const touches = new Set(bodies.flatMap(({ steps }) => steps.filter((step) => 'email' in step).map(({ id }) => id)));
    const [from, to] = [Date.parse(startAt), endOf(order)];
    return script.flatMap(({ at, after, do: deed }, index): FieldError[] => {
      const errors: FieldError[] = [];
      if (at !== undefined && (Date.parse(at) < from || Date.parse(at) > to)) {
        const message = `Lies outside the rehearsal, from ${startAt} to ${new Date(to).toISOString()}`;
        errors.push({ path: `script.${index}.at`, code: 'outside', message });
      }
      if (after && 'touch' in after && !touches.has(after.touch))
        errors.push(unknownKey(`script.${index}.after.touch`, 'touch', after.touch));
      if (typeof deed === 'object' && 'engagement' in deed && deed.of !== undefined && !touches.has(deed.of))
        errors.push(unknownKey(`script.${index}.do.of`, 'touch', deed.of));
      return errors;
    });
  }
}
