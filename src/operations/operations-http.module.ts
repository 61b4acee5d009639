import { Module } from '@nestjs/common';
import { MetricsController } from './metrics.controller.js';
import { MetricsService } from './metrics.service.js';
import { ReconcileController } from './reconcile/reconcile.controller.js';
import { ReconcileModule } from './reconcile/reconcile.module.js';
import { RecordGaugesReadModel } from './record-gauges.read-model.js';

@Module({
  imports: [ReconcileModule],
  controllers: [MetricsController, ReconcileController],
  providers: [MetricsService, RecordGaugesReadModel],
})
export class OperationsHttpModule {}
