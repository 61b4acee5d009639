import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { isGrpcServiceError, ServiceError } from '@temporalio/client';
import type { z } from 'zod';
import { Caller } from '../../common/auth/caller.js';
import { Scopes } from '../../common/auth/scopes.decorator.js';
import { ZodBody } from '../../common/body.js';
import { Idempotent } from '../../common/idempotency/idempotent.decorator.js';
import { unavailable } from '../../common/problem.js';
import {
  type ReconcileRepair,
  type ReconcileReport,
  reconcileRepairRequestSchema,
  reconcileRepairSchema,
  reconcileReportSchema,
} from './reconcile.schema.js';
import { ReconcileService } from './reconcile.service.js';

@ApiTags('Operations')
@Controller('v1/ops/reconcile')
@Scopes('ops')
export class ReconcileController {
  constructor(private readonly reconcile: ReconcileService) {}

  @Get()
  @ApiOperation({ summary: 'Leads that nothing would move any more, and workflows without a lead' })
  @ApiResponse({ status: 200, standardSchema: reconcileReportSchema })
  check(): Promise<ReconcileReport> {
    return orUnavailable(this.reconcile.check(new Date()));
  }

  @Post('repair')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({ summary: 'The same, and what can be repaired without a person is repaired' })
  @ApiResponse({ status: 200, standardSchema: reconcileRepairSchema })
  repair(
    @ZodBody(reconcileRepairRequestSchema) { note }: z.output<typeof reconcileRepairRequestSchema>,
    @Caller() caller: Caller,
  ): Promise<ReconcileRepair> {
    return orUnavailable(this.reconcile.repair(new Date(), caller.personId, note));
  }
}

async function orUnavailable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ServiceError || isGrpcServiceError(error)) {
      throw unavailable(5, 'Temporal does not answer: without it nothing can be said about the leads.');
    }
    throw error;
  }
}
