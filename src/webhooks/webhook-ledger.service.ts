import { Injectable } from '@nestjs/common';
import { type EntityManager, IsNull } from 'typeorm';
import type { LeadRecord } from '../../domain/lead/lead-process.js';
import { SETTLED_AFTER_MS } from '../../domain/lead/undo-time.js';
import { buildEventBody, buildStepBody, type ToldHandoff } from '../../domain/webhook/build-webhook-body.js';
import {
  isUndoable,
  settles,
  STEP_EVENT,
  takesBack,
  type WebhookEvent,
  webhookEventOf,
} from '../../domain/webhook/webhook-events.js';
import { stableJson } from '../common/stable-json.js';
import { nameUuid } from '../database/name-uuid.js';
import { DocumentsService } from '../documents/documents.service.js';
import { WebhookDeliveryEntity } from './webhook-delivery.entity.js';
import { WebhookEndpointEntity } from './webhook-endpoint.entity.js';

/** Where a record stands among those of its lead. */
interface Place {
  readonly leadId: string;
  readonly rev: number;
  readonly n: number;
}

/** One visit of a step. */
interface StepVisit {
  readonly enrollmentNo: number;
  readonly step: string;
  readonly visit: number;
}

/** Writes deliveries with the facts they tell of; every write joins the sync's transaction. */
@Injectable()
export class WebhookLedgerService {
  constructor(private readonly documents: DocumentsService) {}

  /** Writes what a record of the process tells receivers; the same record again changes nothing. */
  async take(manager: EntityManager, place: Place, record: LeadRecord): Promise<void> {
    if (record.kind === 'webhook') return this.takeStep(manager, place, record);
    const { leadId } = place;
    const now = new Date();
    if (settles(record)) {
      await manager.update(
        WebhookDeliveryEntity,
        { leadId, undoable: true, startedAt: IsNull() },
        { notBeforeAt: now },
      );
    }
    const unheard = takesBack(record) ? await this.takeBackUntold(manager, leadId) : [];
    const event = webhookEventOf(record);
    if (event === undefined) return;
    const endpoints = await manager.query<{ id: string }[]>(
      `select id from webhook_endpoints where state = 'active' and deleted_at is null and $1 = any(events) order by id`,
      [event],
    );
    const told = endpoints.filter(({ id }) => !unheard.includes(id));
    if (told.length === 0) return;
    const body = buildEventBody(event, leadId, record, await handoffOf(manager, leadId, record));
    for (const { id } of told) await this.add(manager, { place, record, event, endpointId: id, body, now });
  }

  /** How the delivery of that visit ended; undefined while it has not. */
  async outcomeOf(manager: EntityManager, leadId: string, visit: StepVisit): Promise<'delivered' | 'dead' | undefined> {
    const delivery = await manager.findOneBy(WebhookDeliveryEntity, { id: stepDeliveryId(leadId, visit) });
    return delivery?.state === 'delivered' || delivery?.state === 'dead' ? delivery.state : undefined;
  }

  /** Forgets what a lost task wrote from revision `rev` on, unless it is on its way already. */
  async forget(manager: EntityManager, leadId: string, rev: number): Promise<void> {
    await manager.query('delete from webhook_deliveries where lead_id = $1 and rev >= $2 and started_at is null', [
      leadId,
      rev,
    ]);
  }

  /** What nobody has been told of a decision that was undone; answers which endpoints do not hear of the undo either. */
  private async takeBackUntold(manager: EntityManager, leadId: string): Promise<string[]> {
    const [gone] = await manager.query<[{ endpoint_id: string; event: WebhookEvent }[], number]>(
      `delete from webhook_deliveries where lead_id = $1 and undoable and started_at is null
       returning endpoint_id, event`,
      [leadId],
    );
    return gone.flatMap(({ endpoint_id: id, event }) => (event === 'lead.state_changed' ? [id] : []));
  }

  private async takeStep(manager: EntityManager, place: Place, record: LeadRecord): Promise<void> {
    const { at, data } = record;
    const visit = { enrollmentNo: Number(data['no']), step: String(data['step']), visit: Number(data['visit']) };
    const version = await this.documents.load(manager, 'cadence', String(data['versionId']));
    const step = version?.body.steps.find(({ id }) => id === visit.step);
    if (!version || !step || !('webhook' in step)) return;
    const key = step.webhook.endpoint;
    const endpoint = await manager.findOneBy(WebhookEndpointEntity, { key, deletedAt: IsNull() });
    const body = buildStepBody(place.leadId, at, { cadence: version.body.key, version: version.version, ...visit });
    await this.add(manager, { place, record, event: STEP_EVENT, endpointId: endpoint?.id ?? null, body, visit });
  }

  private async add(
    manager: EntityManager,
    added: {
      readonly place: Place;
      readonly record: LeadRecord;
      readonly event: WebhookEvent | typeof STEP_EVENT;
      readonly endpointId: string | null;
      readonly body: string;
      readonly visit?: StepVisit;
      readonly now?: Date;
    },
  ): Promise<void> {
    const { place, record, event, endpointId, body, visit, now = new Date() } = added;
    const { leadId, rev, n } = place;
    const undoable = isUndoable(record);
    const name = `webhook/${leadId}/${endpointId}/${rev}/${n}/${stableJson([record.kind, record.at, record.data])}`;
    await manager
      .createQueryBuilder()
      .insert()
      .into(WebhookDeliveryEntity)
      .values({
        id: visit ? stepDeliveryId(leadId, visit) : nameUuid(name),
        endpointId,
        event,
        leadId,
        rev,
        enrollmentNo: visit?.enrollmentNo ?? null,
        body,
        undoable,
        state: 'pending',
        round: 1,
        tries: 0,
        notBeforeAt: undoable ? new Date(now.getTime() + SETTLED_AFTER_MS) : now,
        startedAt: null,
        lastTryAt: null,
        lastStatus: null,
        lastError: null,
        nextTryAt: null,
        createdAt: now,
        finishedAt: null,
      })
      .orIgnore()
      .updateEntity(false)
      .execute();
  }
}

/** Once per (enrollment, step, visit): whoever writes it again writes the same one. */
const stepDeliveryId = (leadId: string, { enrollmentNo, step, visit }: StepVisit): string =>
  nameUuid(`webhook/${leadId}/${enrollmentNo}/${step}/${visit}`);

async function handoffOf(
  manager: EntityManager,
  leadId: string,
  { data }: LeadRecord,
): Promise<ToldHandoff | undefined> {
  const no = data['handoffNo'];
  if (typeof no !== 'number') return undefined;
  const [row] = await manager.query<ToldHandoff[]>(
    'select id, no, assignee_id as "assigneeId", packet from handoffs where lead_id = $1 and no = $2',
    [leadId, no],
  );
  return row;
}
