import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { describeError } from '../common/logger.js';
import { LOGGER } from '../common/logger.token.js';
import { JobsService } from './jobs.service.js';

const LOOK_EVERY_MS = 30_000;

/** Starts open jobs whose workflow could not be started when they were asked for; runs in the worker. */
@Injectable()
export class JobStarterService implements OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly jobs: JobsService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  start(): void {
    this.lookAfter(0);
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.looking;
  }

  private lookAfter(ms: number): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.looking = this.jobs
        .startOpen()
        .catch((error: unknown) => this.logger.warn({ err: describeError(error) }, 'open jobs not looked for'))
        .then(() => this.lookAfter(LOOK_EVERY_MS));
    }, ms).unref();
  }
}
