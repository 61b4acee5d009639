import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { describeError } from '../common/logger.js';
import { LOGGER } from '../common/logger.token.js';
import { RepeatedWork } from '../common/repeated-work.js';
import { JobsService } from './jobs.service.js';

const LOOK_EVERY_MS = 30_000;

/** Starts open jobs whose workflow could not be started when they were asked for; runs in the worker. */
@Injectable()
export class JobStarterService implements OnApplicationShutdown {
  private readonly work: RepeatedWork;

  constructor(jobs: JobsService, @Inject(LOGGER) logger: Logger) {
    this.work = new RepeatedWork(
      { everyMs: LOOK_EVERY_MS },
      () => jobs.startOpen(),
      (error) => logger.warn({ err: describeError(error) }, 'open jobs not looked for'),
    );
  }

  start(): void {
    this.work.start(0);
  }

  onApplicationShutdown(): Promise<void> {
    return this.work.stop();
  }
}
