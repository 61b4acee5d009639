import { Controller, Get, Patch, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { SALES_STATES } from '../../domain/lead/sales-states.js';
import { Caller } from '../common/auth/caller.js';
import { Scopes } from '../common/auth/scopes.decorator.js';
import { ZodBody, ZodParam, ZodQuery } from '../common/body.js';
import type { HttpReply } from '../common/http.js';
import { Idempotent } from '../common/idempotency/idempotent.decorator.js';
import { decodeCursor, type Page, pageOf } from '../common/pagination.js';
import { createdLeadSchema, leadAnswerSchema, leadPageSchema } from './lead-answers.schema.js';
import { LeadAccessService } from './lead-access.service.js';
import { type LeadAnswer, presentLead } from './leads.presenter.js';
import { type LeadPageQuery, LeadsReadModel, type LeadView } from './leads.read-model.js';
import { createLeadSchema, type CreateLead, listLeadsSchema, patchLeadSchema, type PatchLead } from './leads.schema.js';
import { LeadsService } from './leads.service.js';

type ListQuery = z.output<typeof listLeadsSchema>;

@ApiTags('Leads')
@Controller('v1/leads')
@Scopes('intake', 'marketing', 'sales', 'admin')
export class LeadsController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly service: LeadsService,
    private readonly leads: LeadsReadModel,
    private readonly access: LeadAccessService,
  ) {}

  @Post()
  @Scopes('intake', 'marketing', 'admin')
  @Idempotent()
  @ApiOperation({ summary: 'Take a lead in; the same address or external id is the same lead' })
  @ApiResponse({ status: 201, standardSchema: createdLeadSchema, description: 'A new lead' })
  @ApiResponse({
    status: 200,
    standardSchema: createdLeadSchema,
    description: 'A known lead; missing fields were filled',
  })
  async create(
    @ZodBody(createLeadSchema) body: CreateLead,
    @Caller() caller: Caller,
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<z.output<typeof createdLeadSchema>> {
    const { lead, created, decision, warnings } = await this.service.create(body, caller);
    reply.status(created ? 201 : 200);
    return {
      lead: presentLead(lead, caller),
      created,
      decision: { state: decision.state, why: decision.why },
      warnings: warnings.map(({ path, code, message }) => ({ path, code, message })),
    };
  }

  @Get()
  @ApiOperation({
    summary: 'Leads, newest first unless sorted otherwise',
    description: 'A key for sales alone finds leads that are not qualified only with `q`, and may change none of them.',
  })
  @ApiResponse({ status: 200, standardSchema: leadPageSchema })
  async list(@ZodQuery(listLeadsSchema) query: ListQuery, @Caller() caller: Caller): Promise<Page<LeadAnswer>> {
    const { sort, accountable, limit } = query;
    const rows = await this.leads.page(this.dataSource.manager, {
      ...query,
      // A lead that marketing still warms is in nobody's queue in sales.
      states: isSalesAlone(caller) && query.q === undefined ? SALES_STATES : undefined,
      accountableId: accountable === 'me' ? caller.personId : accountable,
      limit: limit + 1,
      after: positionOf(query),
    });
    return pageOf(
      rows,
      limit,
      (row) => [sort, sortValue(sort, row), row.id],
      (row) => presentLead(row, caller),
    );
  }

  @Get(':id')
  @ApiOperation({ summary: 'One lead' })
  @ApiResponse({ status: 200, standardSchema: leadAnswerSchema })
  async get(@ZodParam('id', z.uuid()) id: string, @Caller() caller: Caller): Promise<LeadAnswer> {
    const lead = await this.service.get(id);
    return presentLead(lead, caller, await this.access.mayCallerRead(this.dataSource.manager, id, caller));
  }

  @Patch(':id')
  @Scopes('intake', 'marketing', 'admin')
  @ApiOperation({ summary: 'Change what is known of a lead' })
  @ApiResponse({ status: 200, standardSchema: leadAnswerSchema })
  async patch(
    @ZodParam('id', z.uuid()) id: string,
    @ZodBody(patchLeadSchema) body: PatchLead,
    @Caller() caller: Caller,
  ): Promise<LeadAnswer> {
    return presentLead(await this.service.patch(id, body, caller), caller);
  }
}

/** Also the callers who see phone and address only after the acceptance. */
const isSalesAlone = ({ scopes }: Caller): boolean => scopes.every((scope) => scope === 'sales');

const isScore = (sort: ListQuery['sort']): boolean => sort === 'score' || sort === '-score';

function sortValue(sort: ListQuery['sort'], row: LeadView): string | number {
  if (isScore(sort)) return row.score;
  return (sort.endsWith('createdAt') ? row.createdAt : row.stateSinceAt).toISOString();
}

/** A cursor belongs to the order it was made for. */
function positionOf({ sort, cursor }: ListQuery): LeadPageQuery['after'] {
  if (isScore(sort)) {
    const position = decodeCursor(cursor, z.tuple([z.literal(sort), z.number(), z.uuid()]));
    return position && { value: position[1], id: position[2] };
  }
  const position = decodeCursor(cursor, z.tuple([z.literal(sort), z.iso.datetime(), z.uuid()]));
  return position && { value: new Date(position[1]), id: position[2] };
}
