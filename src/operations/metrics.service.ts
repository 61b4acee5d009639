import { Injectable } from '@nestjs/common';
import { MetricsRegistry } from '../common/metrics/metrics-registry.js';
import { RecordGaugesReadModel } from './record-gauges.read-model.js';

/** Content type of the text format of Prometheus. */
export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Everything a scrape of this process shows. */
@Injectable()
export class MetricsService {
  constructor(
    private readonly registry: MetricsRegistry,
    private readonly record: RecordGaugesReadModel,
  ) {}

  async text(): Promise<string> {
    const memory = `# TYPE process_resident_memory_bytes gauge\nprocess_resident_memory_bytes ${process.memoryUsage.rss()}\n`;
    return (await this.record.render(Date.now())) + this.registry.render() + memory;
  }
}
