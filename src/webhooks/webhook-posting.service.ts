import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Logger } from 'pino';
import { DataSource, type EntityManager, In } from 'typeorm';
import { judgeTry, type TryResult, type TryVerdict } from '../../domain/webhook/judge-try.js';
import { AuditService } from '../common/audit/audit.service.js';
import { describeError } from '../common/logger.js';
import { LOGGER } from '../common/logger.token.js';
import { SecretBox } from '../common/secret-box.js';
import { inTransaction } from '../database/transaction.js';
import { EgressClient } from '../integrations/webhook/egress-client.js';
import { signWebhook } from '../integrations/webhook/sign-webhook.js';
import { OutboxService } from '../temporal/outbox.service.js';
import { WebhookDeliveryEntity } from './webhook-delivery.entity.js';
import { WebhookEndpointEntity } from './webhook-endpoint.entity.js';
import { SECRET_PURPOSE } from './webhook-secrets.js';

interface Try {
  readonly deliveryId: string;
  readonly round: number;
  readonly no: number;
}

/** What a try called, and what came of it. */
interface Called {
  readonly url: string | undefined;
  readonly verdict: TryVerdict;
  readonly result: TryResult | undefined;
}

/** A try that nobody made: the delivery is over without one. */
type Unsendable = 'endpoint_deleted' | 'endpoint_disabled' | 'erased' | 'secret_unreadable';

/** Posts what the record holds to its receiver and writes down how that went (promise P15: at least once, same id). */
@Injectable()
export class WebhookPostingService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly egress: EgressClient,
    private readonly secrets: SecretBox,
    private readonly audit: AuditService,
    private readonly outbox: OutboxService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** One try, at `now` of the wall clock, which receivers compare with theirs. Answers when to come again, if at all. */
  async post({ deliveryId: id, round, no }: Try, now: Date): Promise<{ pauseMs?: number }> {
    const { manager } = this.dataSource;
    const delivery = await manager.findOneBy(WebhookDeliveryEntity, { id, round, state: In(['pending', 'failed']) });
    if (!delivery) return {};
    const { endpointId } = delivery;
    const endpoint = endpointId === null ? null : await manager.findOneBy(WebhookEndpointEntity, { id: endpointId });
    const made = await this.call(delivery, endpoint, now);
    const verdict: TryVerdict =
      typeof made === 'string' ? { state: 'dead', why: made, gone: false } : judgeTry(no, made);
    const result = typeof made === 'string' ? undefined : made;
    const called = { url: endpoint?.url, verdict, result };
    await inTransaction(this.dataSource, (inside) => this.write(inside, delivery, called, new Date()));
    if (verdict.state === 'dead') {
      this.logger.warn(
        { deliveryId: id, leadId: delivery.leadId, why: verdict.why },
        'webhook not delivered, it is dead',
      );
    }
    return verdict.state === 'failed' ? { pauseMs: verdict.pauseMs } : {};
  }

  private async call(
    { id, body }: WebhookDeliveryEntity,
    endpoint: WebhookEndpointEntity | null,
    at: Date,
  ): Promise<TryResult | Unsendable> {
    if (!endpoint || endpoint.deletedAt !== null) return 'endpoint_deleted';
    if (endpoint.state === 'disabled') return 'endpoint_disabled';
    if (body === null) return 'erased';
    const secrets = this.secretsOf(endpoint, at);
    if (secrets === undefined) return 'secret_unreadable';
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'Baton',
      ...signWebhook({ id, body, at }, secrets),
    };
    return this.egress.post({ url: endpoint.url, body, headers });
  }

  /** What signs now, the present one first; undefined when the present one does not open. */
  private secretsOf(endpoint: WebhookEndpointEntity, at: Date): string[] | undefined {
    const { id, secret, previousSecret, previousUntilAt } = endpoint;
    const old = previousSecret !== null && previousUntilAt !== null && previousUntilAt > at ? [previousSecret] : [];
    try {
      return [secret, ...old].map((sealed) => this.secrets.open(sealed, SECRET_PURPOSE, id));
    } catch (error) {
      this.logger.error({ endpoint: endpoint.key, err: describeError(error) }, 'the secret of a webhook does not open');
      return undefined;
    }
  }

  private async write(
    manager: EntityManager,
    { id, round, leadId, endpointId, enrollmentNo }: WebhookDeliveryEntity,
    { url, verdict, result }: Called,
    now: Date,
  ): Promise<void> {
    const over = verdict.state !== 'failed';
    const { affected } = await manager.update(
      WebhookDeliveryEntity,
      { id, round, state: In(['pending', 'failed']) },
      {
        state: verdict.state,
        ...(result === undefined
          ? {}
          : { tries: () => 'tries + 1', lastTryAt: now, lastStatus: result.status ?? null }),
        lastError: verdict.state === 'delivered' ? null : verdict.why,
        nextTryAt: over ? null : new Date(now.getTime() + verdict.pauseMs),
        finishedAt: over ? now : null,
      },
    );
    if (affected === 0) return;
    // The step may wait for it.
    if (over && enrollmentNo !== null) await this.pokeLead(manager, leadId, now);
    if (verdict.state === 'dead' && verdict.gone && endpointId !== null && url !== undefined)
      await this.disable(manager, endpointId, url, now);
  }

  private async pokeLead(manager: EntityManager, leadId: string, now: Date): Promise<void> {
    // Below the cursor: it is no fact, and no touch is stale because of it.
    const [row] = await manager.query<{ cursor: number }[]>('select cursor from leads where id = $1', [leadId]);
    if (row) await this.outbox.add(manager, 'poke', leadId, row.cursor, now);
  }

  /** Only as long as it still has the address that is gone. */
  private async disable(manager: EntityManager, id: string, url: string, now: Date): Promise<void> {
    const { affected } = await manager.update(
      WebhookEndpointEntity,
      { id, url, state: 'active' },
      { state: 'disabled', disabledReason: 'gone', disabledAt: now, updatedAt: now },
    );
    if (affected === 0) return;
    const entry = { actorId: null, action: 'webhook.disable', subjectKind: 'webhook', subjectId: id };
    await this.audit.record(manager, { ...entry, data: { reason: 'gone' } }, now);
  }
}
