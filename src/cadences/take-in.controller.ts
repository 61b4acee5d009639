import { Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { keyField } from '../../domain/document-field.schema.js';
import { Caller } from '../common/auth/caller.js';
import { Scopes } from '../common/auth/scopes.decorator.js';
import { ZodBody, ZodParam, ZodQuery } from '../common/body.js';
import type { HttpReply } from '../common/http.js';
import { Idempotent } from '../common/idempotency/idempotent.decorator.js';
import { type OrderedJobAnswer, orderedJobSchema } from './cadence-migrations.schema.js';
import { TakeInOrdersService } from './take-in-orders.service.js';
import { TakeInPreviewService } from './take-in-preview.service.js';
import {
  type TakeIn,
  type TakeInPreview,
  takeInPreviewSchema,
  takeInQuerySchema,
  takeInSchema,
} from './take-in.schema.js';

@ApiTags('Definitions')
@Controller('v1/cadences/:key')
@Scopes('marketing', 'admin')
export class TakeInController {
  constructor(
    private readonly orders: TakeInOrdersService,
    private readonly previews: TakeInPreviewService,
  ) {}

  @Post('take-in')
  @HttpCode(202)
  @Idempotent()
  @ApiOperation({
    summary: 'Let a published cadence take in the leads that match already, at a rate; dryRun says who would enter',
  })
  @ApiResponse({ status: 202, standardSchema: orderedJobSchema, description: 'The job, which runs from now on' })
  @ApiResponse({
    status: 200,
    standardSchema: takeInPreviewSchema,
    description: 'Of a dry run: who would enter, and why others would not',
  })
  async takeIn(
    @ZodParam('key', keyField) key: string,
    @ZodQuery(takeInQuerySchema) query: z.output<typeof takeInQuerySchema>,
    @ZodBody(takeInSchema) body: TakeIn,
    @Caller() caller: Caller,
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<OrderedJobAnswer | TakeInPreview> {
    const now = new Date();
    if (!body.dryRun && query.dryRun !== 'true') return this.orders.order(key, body, caller.personId, now);
    reply.status(200);
    return this.previews.preview(key, body, now);
  }
}
