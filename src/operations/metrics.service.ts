import { Injectable } from '@nestjs/common';
import { Registry } from 'prom-client';
import { MetricsRegistry } from '../common/metrics/metrics-registry.js';
import { measureProcess } from './process-metrics.js';
import { RecordGaugesReadModel } from './record-gauges.read-model.js';

/** Content type of the text format of Prometheus. */
export const METRICS_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

/** Everything a scrape of this process shows. */
@Injectable()
export class MetricsService {
  constructor(
    private readonly metrics: MetricsRegistry,
    private readonly record: RecordGaugesReadModel,
  ) {
    measureProcess(metrics);
  }

  async text(): Promise<string> {
    await this.record.refresh(Date.now());
    return this.metrics.registry.metrics();
  }
}
