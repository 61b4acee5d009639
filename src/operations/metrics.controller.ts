import { Controller, Get, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Scopes } from '../common/auth/scopes.decorator.js';
import type { HttpReply } from '../common/http.js';
import { METRICS_TYPE, MetricsService } from './metrics.service.js';

@ApiTags('Operations')
@Controller('metrics')
@Scopes('ops')
export class MetricsController {
  constructor(private readonly metrics: MetricsService) {}

  // A reverse proxy on the same machine comes from loopback as well, so where a request comes from opens nothing.
  @Get()
  @ApiOperation({ summary: 'Metrics of the api process in the text format of Prometheus' })
  @ApiProduces('text/plain')
  @ApiResponse({ status: 200, description: 'One line per series', schema: { type: 'string' } })
  async show(@Res() reply: HttpReply): Promise<void> {
    const text = await this.metrics.text();
    reply.header('cache-control', 'no-store').type(METRICS_TYPE).send(text);
  }
}
