import { Injectable } from '@nestjs/common';
import { type EntityManager, IsNull } from 'typeorm';
import { AuditService } from '../common/audit/audit.service.js';
import type { Change } from '../common/audit/change.js';
import { conflict, notFound, unprocessable } from '../common/problem.js';
import { SecretBox } from '../common/secret-box.js';
import { insertRows } from '../database/insert-rows.js';
import { uuidV7 } from '../database/uuid-v7.js';
import { EgressClient } from '../integrations/webhook/egress-client.js';
import { mintWebhookSecret } from '../integrations/webhook/sign-webhook.js';
import { WebhookEndpointEntity } from './webhook-endpoint.entity.js';
import { OVERLAP_MS, SECRET_PURPOSE } from './webhook-secrets.js';

export type WebhookEndpoint = Readonly<WebhookEndpointEntity>;

/** A change a person makes; only people register receivers. */
interface PersonsChange extends Change {
  readonly actorId: string;
}

/** A receiver with its secret, which is shown this once. */
interface Shown {
  readonly endpoint: WebhookEndpoint;
  readonly secret: string;
}

/** Receivers as people register them. Every change joins the caller's transaction and is audited. */
@Injectable()
export class WebhookEndpointsService {
  constructor(
    private readonly egress: EgressClient,
    private readonly secrets: SecretBox,
    private readonly audit: AuditService,
  ) {}

  /** By key, without those that were deleted. */
  async list(manager: EntityManager): Promise<WebhookEndpoint[]> {
    return manager.find(WebhookEndpointEntity, { where: { deletedAt: IsNull() }, order: { key: 'ASC' } });
  }

  /** Throws 404. */
  async get(manager: EntityManager, key: string): Promise<WebhookEndpoint> {
    const endpoint = await manager.findOneBy(WebhookEndpointEntity, { key, deletedAt: IsNull() });
    if (endpoint === null) throw notFound();
    return endpoint;
  }

  /** Throws 422 for an address nothing may be sent to, 409 when the key is taken. */
  async create(
    manager: EntityManager,
    { key, url, events }: { readonly key: string; readonly url: string; readonly events: readonly string[] },
    change: PersonsChange,
  ): Promise<Shown> {
    this.checkUrl(url);
    // One at a time: the second of two at once finds the key taken.
    await manager.query('lock table webhook_endpoints in share row exclusive mode');
    if (await manager.existsBy(WebhookEndpointEntity, { key, deletedAt: IsNull() })) {
      throw conflict(`There is a webhook ${key} already. Change that one, or choose another key.`, { key });
    }
    const id = uuidV7();
    const secret = mintWebhookSecret();
    const endpoint: WebhookEndpointEntity = {
      id,
      key,
      url,
      events: [...events],
      secret: this.secrets.seal(secret, SECRET_PURPOSE, id),
      previousSecret: null,
      previousUntilAt: null,
      state: 'active',
      disabledReason: null,
      disabledAt: null,
      createdBy: change.actorId,
      createdAt: change.now,
      updatedAt: change.now,
      deletedAt: null,
    };
    await insertRows(manager, WebhookEndpointEntity, [endpoint]);
    await this.record(manager, endpoint, 'create', change);
    return { endpoint, secret };
  }

  async change(
    manager: EntityManager,
    key: string,
    { url, events }: { readonly url?: string | undefined; readonly events?: readonly string[] | undefined },
    change: PersonsChange,
  ): Promise<WebhookEndpoint> {
    if (url !== undefined) this.checkUrl(url);
    const set = { ...(url === undefined ? {} : { url }), ...(events === undefined ? {} : { events: [...events] }) };
    return this.update(manager, key, set, 'change', change);
  }

  /** The old secret signs beside the new one for a day. */
  async rotate(manager: EntityManager, key: string, change: PersonsChange): Promise<Shown> {
    const { id, secret: previousSecret } = await this.lock(manager, key);
    const secret = mintWebhookSecret();
    const set = {
      secret: this.secrets.seal(secret, SECRET_PURPOSE, id),
      previousSecret,
      previousUntilAt: new Date(change.now.getTime() + OVERLAP_MS),
    };
    return { endpoint: await this.update(manager, key, set, 'rotate_secret', change), secret };
  }

  async enable(manager: EntityManager, key: string, change: PersonsChange): Promise<WebhookEndpoint> {
    const set = { state: 'active' as const, disabledReason: null, disabledAt: null };
    return this.update(manager, key, set, 'enable', change);
  }

  /** What is on its way dies at its next try and can be sent again later; new events are not kept for it. */
  async disable(manager: EntityManager, key: string, change: PersonsChange): Promise<WebhookEndpoint> {
    const set = { state: 'disabled' as const, disabledReason: 'person' as const, disabledAt: change.now };
    return this.update(manager, key, set, 'disable', change);
  }

  /** The secret goes, the deliveries stay. The key is free again. */
  async remove(manager: EntityManager, key: string, change: PersonsChange): Promise<void> {
    const set = { secret: '', previousSecret: null, previousUntilAt: null, deletedAt: change.now };
    await this.update(manager, key, set, 'delete', change);
  }

  private checkUrl(url: string): void {
    const refused = this.egress.refusalOf(url);
    if (refused !== undefined) throw unprocessable([{ path: 'url', code: 'address_refused', message: refused }]);
  }

  private async lock(manager: EntityManager, key: string): Promise<WebhookEndpoint> {
    const where = { key, deletedAt: IsNull() };
    const endpoint = await manager.findOne(WebhookEndpointEntity, { where, lock: { mode: 'pessimistic_write' } });
    if (endpoint === null) throw notFound();
    return endpoint;
  }

  private async update(
    manager: EntityManager,
    key: string,
    set: Partial<WebhookEndpointEntity>,
    action: string,
    change: PersonsChange,
  ): Promise<WebhookEndpoint> {
    const known = await this.lock(manager, key);
    const endpoint = { ...known, ...set, updatedAt: change.now };
    await manager.update(WebhookEndpointEntity, { id: known.id }, { ...set, updatedAt: change.now });
    await this.record(manager, endpoint, action, change);
    return endpoint;
  }

  private async record(manager: EntityManager, endpoint: WebhookEndpoint, action: string, change: PersonsChange) {
    const subject = { action: `webhook.${action}`, subjectKind: 'webhook', subjectId: endpoint.id };
    const entry = { actorId: change.actorId, ...subject, data: { key: endpoint.key }, note: change.note ?? null };
    await this.audit.record(manager, entry, change.now);
  }
}
