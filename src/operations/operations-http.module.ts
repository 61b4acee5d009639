import { Module } from '@nestjs/common';
import { MetricsController } from './metrics.controller.js';
import { MetricsService } from './metrics.service.js';
import { RecordGaugesReadModel } from './record-gauges.read-model.js';

@Module({ controllers: [MetricsController], providers: [MetricsService, RecordGaugesReadModel] })
export class OperationsHttpModule {}
