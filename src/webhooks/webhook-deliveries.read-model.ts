import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { DeliveryState } from './webhook-delivery.entity.js';

/** A delivery as people look at it, without what it says. */
export interface DeliveryView {
  readonly id: string;
  readonly webhook: string | null;
  readonly event: string;
  readonly leadId: string;
  readonly state: DeliveryState;
  readonly tries: number;
  readonly lastTryAt: Date | null;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  readonly nextTryAt: Date | null;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
}

interface DeliveryFilter {
  readonly endpointId: string;
  readonly state?: DeliveryState | undefined;
  readonly before?: readonly [createdAt: string, id: string] | undefined;
  readonly limit: number;
}

const SELECT = `
  select d.id, e.key as webhook, d.event, d.lead_id as "leadId", d.state, d.tries, d.last_try_at as "lastTryAt",
         d.last_status as "lastStatus", d.last_error as "lastError", d.next_try_at as "nextTryAt",
         d.created_at as "createdAt", d.finished_at as "finishedAt"
    from webhook_deliveries d left join webhook_endpoints e on e.id = d.endpoint_id`;

@Injectable()
export class WebhookDeliveriesReadModel {
  /** Newest first, one more than `limit`. */
  async list(manager: EntityManager, { endpointId, state, before, limit }: DeliveryFilter): Promise<DeliveryView[]> {
    return manager.query(
      `${SELECT}
        where d.endpoint_id = $1 and ($2::text is null or d.state = $2)
          and ($3::timestamptz is null or (d.created_at, d.id) < ($3, $4::uuid))
        order by d.created_at desc, d.id desc limit $5`,
      [endpointId, state ?? null, before?.[0] ?? null, before?.[1] ?? null, limit + 1],
    );
  }

  async byId(manager: EntityManager, id: string): Promise<DeliveryView | undefined> {
    const [row] = await manager.query<DeliveryView[]>(`${SELECT} where d.id = $1`, [id]);
    return row;
  }
}
