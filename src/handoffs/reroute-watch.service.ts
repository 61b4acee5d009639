import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { describeError } from '../common/logger.js';
import { LOGGER } from '../common/logger.token.js';
import { RepeatedWork } from '../common/repeated-work.js';
import { RerouteOrdersService } from './reroute-orders.service.js';

const LOOK_EVERY_MS = 30_000;

/** Looks for open offers of reps who are gone, whom no call has ordered away; runs in the worker. */
@Injectable()
export class RerouteWatchService implements OnApplicationShutdown {
  private readonly work: RepeatedWork;

  constructor(orders: RerouteOrdersService, @Inject(LOGGER) logger: Logger) {
    this.work = new RepeatedWork(
      { everyMs: LOOK_EVERY_MS },
      () => orders.orderMissing(new Date()),
      (error) => logger.warn({ err: describeError(error) }, 'offers of reps who are gone not looked for'),
    );
  }

  start(): void {
    this.work.start(0);
  }

  onApplicationShutdown(): Promise<void> {
    return this.work.stop();
  }
}
