import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { Caller } from '../common/auth/caller.js';
import { Scopes } from '../common/auth/scopes.decorator.js';
import { ZodBody, ZodParam, ZodQuery } from '../common/body.js';
import { Idempotent } from '../common/idempotency/idempotent.decorator.js';
import { decodeCursor, type Page, pageOf } from '../common/pagination.js';
import { BreakerListReadModel, type BreakerView } from './breaker-list.read-model.js';
import {
  type BreakerAnswer,
  breakerIdField,
  breakerPageSchema,
  breakerSchema,
  listBreakersSchema,
  releaseBreakerSchema,
} from './breakers.schema.js';
import { BreakersService } from './breakers.service.js';

const present = (view: BreakerView): BreakerAnswer => ({
  id: view.id,
  scope: view.scope,
  key: view.key,
  state: view.releasedAt === null ? 'open' : 'released',
  openedAt: view.openedAt.toISOString(),
  touches: view.touches,
  failures: view.failures,
  held: view.held,
  releasedAt: view.releasedAt?.toISOString() ?? null,
  releasedBy: view.releasedById === null ? null : { id: view.releasedById, name: view.releasedByName ?? '' },
});

@ApiTags('Operations')
@Controller('v1/breakers')
@Scopes('ops', 'admin')
export class BreakersController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly reads: BreakerListReadModel,
    private readonly breakers: BreakersService,
  ) {}

  @Get()
  @ApiOperation({ summary: 'What holds touches because too many before them failed, newest first' })
  @ApiResponse({ status: 200, standardSchema: breakerPageSchema })
  async list(@ZodQuery(listBreakersSchema) query: z.output<typeof listBreakersSchema>): Promise<Page<BreakerAnswer>> {
    const [before] = decodeCursor(query.cursor, z.tuple([z.uuid()])) ?? [];
    const { state, limit } = query;
    const rows = await this.reads.list(this.dataSource.manager, { state, before, limit });
    return pageOf(rows, limit, (row) => [row.id], present);
  }

  @Post(':id/release')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({ summary: 'Let what it holds go on, one after the other; what failed until now counts no more' })
  @ApiResponse({ status: 200, standardSchema: breakerSchema })
  async release(
    @ZodParam('id', breakerIdField) id: string,
    @ZodBody(releaseBreakerSchema) body: z.output<typeof releaseBreakerSchema>,
    @Caller() { personId }: Caller,
  ): Promise<BreakerAnswer> {
    return present(await this.breakers.release(id, { personId, note: body?.note }));
  }
}
