import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { Caller } from '../common/auth/caller.js';
import { Scopes } from '../common/auth/scopes.decorator.js';
import { ZodParam, ZodQuery } from '../common/body.js';
import { decodeCursor, type Page, pageOf } from '../common/pagination.js';
import { notFound } from '../common/problem.js';
import { PeopleService } from '../people/people.service.js';
import { LeadAccessService } from './lead-access.service.js';
import { custodyAnswerSchema, timelinePageSchema } from './lead-answers.schema.js';
import { personIdsOf, presentCustody, presentTimelineItem, type TimelineItem } from './lead-timeline.presenter.js';
import { LeadTimelineReadModel } from './lead-timeline.read-model.js';
import { timelineQuerySchema } from './leads.schema.js';
import { LeadsService } from './leads.service.js';

type TimelineQuery = z.output<typeof timelineQuerySchema>;

@ApiTags('One lead')
@Controller('v1/leads/:id')
@Scopes('marketing', 'sales', 'admin')
export class LeadTimelineController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly leads: LeadsService,
    private readonly timeline: LeadTimelineReadModel,
    private readonly people: PeopleService,
    private readonly access: LeadAccessService,
  ) {}

  @Get('timeline')
  @ApiOperation({ summary: 'What happened to a lead, in one order; notes and insights only where you may read them' })
  @ApiResponse({ status: 200, standardSchema: timelinePageSchema })
  async list(
    @ZodParam('id', z.uuid()) id: string,
    @ZodQuery(timelineQuerySchema) query: TimelineQuery,
    @Caller() caller: Caller,
  ): Promise<Page<TimelineItem>> {
    await this.leads.get(id);
    const { manager } = this.dataSource;
    const { kind: kinds, order, limit, cursor } = query;
    const shape = z.tuple([z.literal(order), z.iso.datetime(), z.int(), z.int(), z.string().max(100)]);
    const position = decodeCursor(cursor, shape);
    const after = position && { at: new Date(position[1]), rank: position[2], pos: position[3], id: position[4] };
    const withWords = await this.access.mayCallerRead(manager, id, caller);
    const rows = await this.timeline.page(manager, { leadId: id, kinds, withWords, order, limit: limit + 1, after });
    const people = await this.people.byIds(manager, personIdsOf(rows));
    return pageOf(
      rows,
      limit,
      (row) => [order, row.at.toISOString(), row.rank, row.pos, row.id],
      (row) => presentTimelineItem(row, (personId) => people.get(personId)?.name),
    );
  }

  @Get('custody')
  @ApiOperation({ summary: 'Who answered for a lead, and when: no gap, no overlap' })
  @ApiResponse({ status: 200, standardSchema: custodyAnswerSchema })
  async custody(@ZodParam('id', z.uuid()) id: string): Promise<z.output<typeof custodyAnswerSchema>> {
    const rows = await this.timeline.custody(this.dataSource.manager, id);
    // Every lead has a first record.
    if (rows.length === 0) throw notFound();
    return presentCustody(rows);
  }
}
