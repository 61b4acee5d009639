import { fileURLToPath } from 'node:url';
import { type DynamicModule, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import type { Logger } from 'pino';
import { importActivities } from '../activities/import.activities.js';
import { jobActivities } from '../activities/job.activities.js';
import { leadActivities } from '../activities/lead.activities.js';
import { touchActivities } from '../activities/touch.activities.js';
import { BreakerReleasesService } from './breakers/breaker-releases.service.js';
import { CadenceMigrationModule } from './cadences/cadence-migration.module.js';
import { CadenceMigrationService } from './cadences/cadence-migration.service.js';
import { TakeInModule } from './cadences/take-in.module.js';
import { TakeInService } from './cadences/take-in.service.js';
import { webhookActivities } from '../activities/webhook.activities.js';
import { webhookQueueOf } from '../workflows/contracts/webhook-delivery.contract.js';
import { CommonModule } from './common/common.module.js';
import { NestLogger } from './common/logger.js';
import { MetricsRegistry } from './common/metrics/metrics-registry.js';
import { type Config } from './config/config.js';
import { ConfigModule } from './config/config.module.js';
import { DatabaseModule } from './database/database.module.js';
import { HandoffsService } from './handoffs/handoffs.service.js';
import { HandoffsModule } from './handoffs/handoffs.module.js';
import { PrepMailRelayService } from './handoffs/prep/prep-mail-relay.service.js';
import { PrepMailsModule } from './handoffs/prep/prep-mails.module.js';
import { RerouteModule } from './handoffs/reroute.module.js';
import { RerouteOffersService } from './handoffs/reroute-offers.service.js';
import { RerouteWatchService } from './handoffs/reroute-watch.service.js';
import { ImportBatchesService } from './imports/import-batches.service.js';
import { ImportStarterService } from './imports/import-starter.service.js';
import { ImportsModule } from './imports/imports.module.js';
import { JobStarterService } from './jobs/job-starter.service.js';
import { LeadSyncModule } from './leads/lead-sync.module.js';
import { LeadSyncService } from './leads/lead-sync.service.js';
import { measureActivities } from './operations/activity-metrics.js';
import { MetricsService } from './operations/metrics.service.js';
import { type WorkerHealth, WorkerHealthService } from './operations/worker-health.service.js';
import { WorkerOperationsModule } from './operations/worker-operations.module.js';
import { RehearsalRunnerModule } from './rehearsals/rehearsal-runner.module.js';
import { RehearsalRunnerService } from './rehearsals/rehearsal-runner.service.js';
import type { StartSandbox } from './rehearsals/start-sandbox.token.js';
import { sandboxStarter } from './sandbox-host.js';
import { OutboxRelayService } from './temporal/outbox-relay.service.js';
import { RelayModule } from './temporal/relay.module.js';
import { TemporalModule } from './temporal/temporal.module.js';
import { PlannedNoticesService } from './touches/planned-notices.service.js';
import { NoticesService } from './touches/notices.service.js';
import { TouchesModule } from './touches/touches.module.js';
import { TouchesService } from './touches/touches.service.js';
import { WebhookPostingService } from './webhooks/webhook-posting.service.js';
import { WebhookRelayService } from './webhooks/webhook-relay.service.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

/** The prebuilt sandbox bundle beside the compiled tree; a worker starts in half the time with it. */
const WORKFLOW_BUNDLE = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url));

/** Calls to receivers at once, per process: they wait far longer than they work. */
const WEBHOOK_CALLS = 20;
/** Batches of imports and jobs; each holds a connection. */
const BATCHES_AT_ONCE = 3;

@Module({})
class WorkerModule {
  static forRoot(config: Config, native: NativeConnection, startSandbox: StartSandbox): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        ConfigModule.forRoot(config),
        DatabaseModule,
        CommonModule,
        TemporalModule.forRoot(native),
        CadenceMigrationModule,
        TakeInModule,
        LeadSyncModule,
        HandoffsModule,
        RerouteModule,
        TouchesModule,
        PrepMailsModule,
        WebhooksModule,
        ImportsModule,
        RehearsalRunnerModule.forRoot(startSandbox),
        RelayModule,
        WorkerOperationsModule,
      ],
    };
  }
}

export interface RunningWorker {
  /** Settles when a worker stops by itself; a rejection is a crash. */
  readonly done: Promise<void>;
  /** Rehearsals and relay first, then the workers drain, then connections close. */
  stop(): Promise<void>;
  /** Whether the work can be done now. */
  health(): Promise<WorkerHealth>;
  /** In the text format of Prometheus. */
  metrics(): Promise<string>;
}

/** Starts the workers and the relays. `bundlePath` names the sandbox bundle. */
export async function startWorker(
  config: Config,
  logger: Logger,
  bundlePath = WORKFLOW_BUNDLE,
): Promise<RunningWorker> {
  const { address, namespace, leadsQueue, ioQueue } = config.temporal;
  const connection = await NativeConnection.connect({ address });
  const app = await NestFactory.createApplicationContext(
    WorkerModule.forRoot(config, connection, sandboxStarter(connection, logger, bundlePath)),
    {
      logger: new NestLogger(logger),
      abortOnError: false,
    },
  );
  const shared: Omit<WorkerOptions, 'taskQueue'> = {
    connection,
    namespace,
    shutdownGraceTime: '20s',
    shutdownForceTime: '40s',
    defaultHeartbeatThrottleInterval: '2s',
    maxHeartbeatThrottleInterval: '2s',
    interceptors: { activity: [measureActivities(app.get(MetricsRegistry))] },
  };
  const leads = await Worker.create({
    ...shared,
    taskQueue: leadsQueue,
    workflowBundle: { codePath: bundlePath },
    activities: {
      ...leadActivities(app.get(LeadSyncService), app.get(HandoffsService)),
      ...importActivities(app.get(ImportBatchesService)),
      ...jobActivities(app.get(CadenceMigrationService), app.get(TakeInService), app.get(RerouteOffersService)),
    },
    maxCachedWorkflows: 1_000,
    stickyQueueScheduleToStartTimeout: '5s',
    // What is not local on this queue: the leads themselves have the other connections.
    maxConcurrentActivityTaskExecutions: BATCHES_AT_ONCE,
    maxConcurrentLocalActivityExecutions: Math.max(2, config.database.poolSize - 2),
  });
  const io = await Worker.create({
    ...shared,
    taskQueue: ioQueue,
    activities: { ...touchActivities(app.get(TouchesService), app.get(NoticesService)) },
    // As many as there are connections to the mail server: a touch is claimed only when its turn has come, so a killed
    // worker leaves few of them in doubt.
    maxConcurrentActivityTaskExecutions: config.mail.connections,
  });
  const webhooks = await Worker.create({
    ...shared,
    taskQueue: webhookQueueOf(ioQueue),
    activities: { ...webhookActivities(app.get(WebhookPostingService)) },
    maxConcurrentActivityTaskExecutions: WEBHOOK_CALLS,
  });
  const relay = app.get(OutboxRelayService);
  const webhookRelay = app.get(WebhookRelayService);
  const workers = [leads, io, webhooks];
  const runs = Promise.all(workers.map((worker) => worker.run()));
  await relay.start();
  webhookRelay.start();
  app.get(PlannedNoticesService).start();
  app.get(PrepMailRelayService).start();
  app.get(BreakerReleasesService).start();
  app.get(ImportStarterService).start();
  app.get(JobStarterService).start();
  app.get(RerouteWatchService).start();
  const rehearsals = app.get(RehearsalRunnerService);
  rehearsals.start();
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    await rehearsals.stop();
    await Promise.all([relay.stop(), webhookRelay.stop()]);
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    await runs.catch(() => undefined);
    await app.close();
    await connection.close();
  };
  return {
    done: runs.then(() => undefined),
    stop: () => (stopping ??= stop()),
    health: () => app.get(WorkerHealthService).check(),
    metrics: () => app.get(MetricsService).text(),
  };
}
