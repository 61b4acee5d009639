import { Injectable } from '@nestjs/common';
import { type HealthChecks, HealthService, type UpOrDown } from '../common/health/health.service.js';
import { OutboxRelayService } from '../temporal/outbox-relay.service.js';

/** A turn that fails once is tried again; failing longer than this the relay is not at work. */
const RELAY_PATIENCE_MS = 10_000;

export interface WorkerHealth {
  /** `degraded`: it works, but something has waited in the outbox for more than a minute. */
  readonly status: 'ready' | 'degraded' | 'not_ready';
  readonly checks: HealthChecks & { readonly relay: UpOrDown };
}

/** Whether the worker can do its work: it needs both servers, and a relay that delivers. */
@Injectable()
export class WorkerHealthService {
  constructor(
    private readonly health: HealthService,
    private readonly relay: OutboxRelayService,
  ) {}

  async check(): Promise<WorkerHealth> {
    const { checks } = await this.health.check();
    const relay = this.relay.failingMs(Date.now()) > RELAY_PATIENCE_MS ? 'down' : 'up';
    const { outbox, ...needed } = { ...checks, relay } as const;
    const works = Object.values(needed).every((answer) => answer === 'up');
    return { status: !works ? 'not_ready' : outbox === 'up' ? 'ready' : 'degraded', checks: { ...checks, relay } };
  }
}
