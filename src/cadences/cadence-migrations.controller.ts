import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { keyField } from '../../domain/document-field.schema.js';
import { Caller } from '../common/auth/caller.js';
import { Scopes } from '../common/auth/scopes.decorator.js';
import { ZodBody, ZodParam } from '../common/body.js';
import { Idempotent } from '../common/idempotency/idempotent.decorator.js';
import { CadenceDryRunService } from './cadence-dry-run.service.js';
import { CadenceMigrationOrdersService } from './cadence-migration-orders.service.js';
import {
  type DryRunAnswer,
  dryRunAnswerSchema,
  dryRunSchema,
  migrateSchema,
  type OrderedJobAnswer,
  orderedJobSchema,
} from './cadence-migrations.schema.js';

@ApiTags('Definitions')
@Controller('v1/cadences/:key')
@Scopes('marketing', 'admin')
export class CadenceMigrationsController {
  constructor(
    private readonly dryRuns: CadenceDryRunService,
    private readonly orders: CadenceMigrationOrdersService,
  ) {}

  @Post('dry-run')
  @HttpCode(200)
  @ApiOperation({ summary: 'Where each lead inside would land under another version, and what changes in time' })
  @ApiResponse({ status: 200, standardSchema: dryRunAnswerSchema })
  dryRun(
    @ZodParam('key', keyField) key: string,
    @ZodBody(dryRunSchema) body: z.output<typeof dryRunSchema>,
  ): Promise<DryRunAnswer> {
    return this.dryRuns.dryRun(key, body, new Date());
  }

  @Post('migrate')
  @HttpCode(202)
  @Idempotent()
  @ApiOperation({ summary: 'Move leads inside to another version, with a step mapping, at a rate; back is the same' })
  @ApiResponse({ status: 202, standardSchema: orderedJobSchema })
  migrate(
    @ZodParam('key', keyField) key: string,
    @ZodBody(migrateSchema) body: z.output<typeof migrateSchema>,
    @Caller() caller: Caller,
  ): Promise<OrderedJobAnswer> {
    return this.orders.order(key, body, caller.personId, new Date());
  }
}
