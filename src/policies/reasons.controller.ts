import { Controller, Get, Put } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import type { z } from 'zod';
import { codeField } from '../../domain/document-field.schema.js';
import { Caller } from '../common/auth/caller.js';
import { Scopes } from '../common/auth/scopes.decorator.js';
import { ZodBody, ZodParam, ZodQuery } from '../common/body.js';
import { pageByKey } from '../common/list-by-key.js';
import type { Page } from '../common/pagination.js';
import { notFound, unprocessable } from '../common/problem.js';
import { inTransaction } from '../database/transaction.js';
import { listReasonsSchema, putReasonSchema, reasonAnswerSchema, reasonPageSchema } from './reasons.schema.js';
import { type Reason, ReasonsService } from './reasons.service.js';

type Answer = z.output<typeof reasonAnswerSchema>;

const present = ({ code, label, needsNote }: Reason): Answer => ({ code, label, needsNote });

@ApiTags('Policies')
@Controller('v1/reasons')
@Scopes('marketing', 'sales', 'admin')
export class ReasonsController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly reasons: ReasonsService,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Rejection reasons, by code' })
  @ApiResponse({ status: 200, standardSchema: reasonPageSchema })
  async list(@ZodQuery(listReasonsSchema) query: z.output<typeof listReasonsSchema>): Promise<Page<Answer>> {
    return pageByKey(await this.reasons.list(this.dataSource.manager), query, (reason) => reason.code, present);
  }

  @Get(':code')
  @ApiOperation({ summary: 'One rejection reason' })
  @ApiResponse({ status: 200, standardSchema: reasonAnswerSchema })
  async get(@ZodParam('code', codeField) code: string): Promise<Answer> {
    const reason = await this.reasons.byCode(this.dataSource.manager, code);
    if (reason === undefined) throw notFound();
    return present(reason);
  }

  @Put(':code')
  @Scopes('marketing', 'admin')
  @ApiOperation({ summary: 'Set a rejection reason' })
  @ApiResponse({ status: 200, standardSchema: reasonAnswerSchema })
  async put(
    @ZodParam('code', codeField) code: string,
    @ZodBody(putReasonSchema) body: z.output<typeof putReasonSchema>,
    @Caller() caller: Caller,
  ): Promise<Answer> {
    const { note, ...document } = body;
    if (document.code !== undefined && document.code !== code) {
      throw unprocessable([{ path: 'code', code: 'other_key', message: `this address is for ${code}` }]);
    }
    const change = { actorId: caller.personId, now: new Date(), note };
    return inTransaction(this.dataSource, async (manager) =>
      present(await this.reasons.put(manager, { ...document, code }, change)),
    );
  }
}
