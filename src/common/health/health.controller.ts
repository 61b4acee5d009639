import { Controller, Get, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Public } from '../auth/scopes.decorator.js';
import type { HttpReply } from '../http.js';
import { HealthService, type Health } from './health.service.js';

const upOrDown = z.enum(['up', 'down']);
const healthSchema = z
  .object({
    status: z.enum(['ready', 'degraded', 'not_ready']),
    checks: z.object({
      postgres: upOrDown,
      schema: upOrDown.meta({ description: 'Every migration of this build has run' }),
      temporal: upOrDown,
      namespace: upOrDown,
      outbox: upOrDown.meta({ description: 'Nothing has waited for a worker for more than a minute' }),
    }),
  })
  .meta({ id: 'Health' });

@ApiTags('Operations')
@Controller()
@Public()
export class HealthController {
  constructor(private readonly health: HealthService) {}

  @Get('healthz')
  @ApiOperation({ summary: 'The process is alive' })
  @ApiResponse({ status: 200, standardSchema: z.object({ status: z.literal('ok') }) })
  alive(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('readyz')
  @ApiOperation({ summary: 'Whether requests can be answered; without Temporal facts are still taken in' })
  @ApiResponse({ status: 200, standardSchema: healthSchema })
  @ApiResponse({
    status: 503,
    standardSchema: healthSchema,
    description: 'The database is away or its schema is older',
  })
  async ready(@Res({ passthrough: true }) reply: HttpReply): Promise<Health> {
    const health = await this.health.check();
    reply.header('cache-control', 'no-store');
    if (health.status === 'not_ready') reply.status(503).header('retry-after', 5);
    return health;
  }
}
