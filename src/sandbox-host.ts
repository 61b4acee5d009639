import { type DynamicModule, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type NativeConnection, Worker } from '@temporalio/worker';
import type { Logger } from 'pino';
import { leadActivities } from '../activities/lead.activities.js';
import { touchActivities } from '../activities/touch.activities.js';
import { CommonModule } from './common/common.module.js';
import { NestLogger } from './common/logger.js';
import type { Config } from './config/config.js';
import { ConfigModule } from './config/config.module.js';
import { DatabaseModule } from './database/database.module.js';
import { HandoffsService } from './handoffs/handoffs.service.js';
import { HandoffsModule } from './handoffs/handoffs.module.js';
import { LeadSyncModule } from './leads/lead-sync.module.js';
import { LeadSyncService } from './leads/lead-sync.service.js';
import { RehearsalPlayService } from './rehearsals/rehearsal-play.service.js';
import { SandboxModule } from './rehearsals/sandbox.module.js';
import type { StartSandbox } from './rehearsals/start-sandbox.token.js';
import { TemporalModule } from './temporal/temporal.module.js';
import { NoticesService } from './touches/notices.service.js';
import { TouchesModule } from './touches/touches.module.js';
import { TouchesService } from './touches/touches.service.js';

@Module({})
class SandboxHostModule {
  static forRoot(config: Config, native: NativeConnection): DynamicModule {
    return {
      module: SandboxHostModule,
      imports: [
        ConfigModule.forRoot(config),
        DatabaseModule,
        CommonModule,
        TemporalModule.forRoot(native),
        LeadSyncModule,
        HandoffsModule,
        TouchesModule,
        SandboxModule,
      ],
    };
  }
}

/**
 * Composes a sandbox beside a worker, over its connection: the same workflow bundle and activities on a queue of its own.
 * There is no relay, no metrics and nothing that looks after leads by itself.
 */
export const sandboxStarter =
  (connection: NativeConnection, logger: Logger, codePath: string): StartSandbox =>
  async (config) => {
    const app = await NestFactory.createApplicationContext(SandboxHostModule.forRoot(config, connection), {
      logger: new NestLogger(logger),
      abortOnError: false,
    });
    try {
      const worker = await Worker.create({
        connection,
        namespace: config.temporal.namespace,
        taskQueue: config.temporal.leadsQueue,
        workflowBundle: { codePath },
        activities: {
          ...leadActivities(app.get(LeadSyncService), app.get(HandoffsService)),
          ...touchActivities(app.get(TouchesService), app.get(NoticesService)),
        },
        maxCachedWorkflows: 10,
        shutdownGraceTime: '2s',
        shutdownForceTime: '5s',
      });
      const done = worker.run();
      // Whoever waits for it hears of a crash; nobody does while it is being stopped.
      done.catch(() => undefined);
      return {
        player: app.get(RehearsalPlayService),
        done,
        stop: async () => {
          if (worker.getState() === 'RUNNING') worker.shutdown();
          await done.catch(() => undefined);
          await app.close();
        },
      };
    } catch (error) {
      await app.close();
      throw error;
    }
  };
