import { Module } from '@nestjs/common';
import { HealthService } from '../common/health/health.service.js';
import { RelayModule } from '../temporal/relay.module.js';
import { MetricsService } from './metrics.service.js';
import { RecordGaugesReadModel } from './record-gauges.read-model.js';
import { WorkerHealthService } from './worker-health.service.js';

/** What the worker tells about itself beside its work. */
@Module({
  imports: [RelayModule],
  providers: [HealthService, MetricsService, RecordGaugesReadModel, WorkerHealthService],
  exports: [MetricsService, WorkerHealthService],
})
export class WorkerOperationsModule {}
