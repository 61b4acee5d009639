import { Injectable } from '@nestjs/common';
import { HealthService } from '../common/health/health.service.js';
import { OutboxRelayService } from '../temporal/outbox-relay.service.js';

/** A turn that fails once is tried again; failing longer than this the relay is not at work. */
const RELAY_PATIENCE_MS = 10_000;

type UpOrDown = 'up' | 'down';

export interface WorkerHealth {
  readonly ready: boolean;
  readonly checks: { readonly postgres: UpOrDown; readonly temporal: UpOrDown; readonly relay: UpOrDown };
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
    const all = { ...checks, relay } as const;
    return { ready: Object.values(all).every((answer) => answer === 'up'), checks: all };
  }
}
