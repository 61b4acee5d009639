import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditService } from '../common/audit/audit.service.js';
import type { Change } from '../common/audit/change.js';
import { conflict, notFound } from '../common/problem.js';
import { WebhookDeliveryEntity } from './webhook-delivery.entity.js';
import { WebhookEndpointEntity } from './webhook-endpoint.entity.js';

/** Sends again what is over. */
@Injectable()
export class WebhookReplayService {
  constructor(private readonly audit: AuditService) {}

  /**
   * Begins another round of tries with the same `webhook-id` and body, of a dead delivery or of one the receiver lost.
   * Throws 404, and 409 when it is on its way still, when there is nothing left to say or nobody to say it to.
   */
  async replay(manager: EntityManager, id: string, change: Change): Promise<void> {
    const delivery = await manager.findOne(WebhookDeliveryEntity, {
      where: { id },
      lock: { mode: 'pessimistic_write' },
    });
    if (delivery === null) throw notFound();
    const { state, endpointId, body, round } = delivery;
    if (state === 'pending' || state === 'failed') {
      throw conflict('This delivery is on its way. Wait until it is dead or delivered.', { state });
    }
    if (body === null) throw conflict('The lead was erased: there is nothing left to send.', { state });
    const endpoint = endpointId === null ? null : await manager.findOneBy(WebhookEndpointEntity, { id: endpointId });
    if (!endpoint || endpoint.deletedAt !== null) throw conflict('Its webhook is gone.', { state });
    if (endpoint.state === 'disabled') {
      throw conflict(`Webhook ${endpoint.key} is disabled. Enable it first.`, { state, webhook: endpoint.key });
    }
    const fresh = { state: 'pending' as const, round: round + 1, notBeforeAt: change.now, undoable: false };
    const untold = { startedAt: null, nextTryAt: null, finishedAt: null };
    await manager.update(WebhookDeliveryEntity, { id }, { ...fresh, ...untold });
    const subject = { action: 'webhook.replay', subjectKind: 'webhook_delivery', subjectId: id };
    await this.audit.record(
      manager,
      { actorId: change.actorId, ...subject, data: { webhook: endpoint.key }, note: change.note ?? null },
      change.now,
    );
  }
}
