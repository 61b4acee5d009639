import { Controller, Get, Post, Req } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { Caller } from '../common/auth/caller.js';
import { Scopes } from '../common/auth/scopes.decorator.js';
import { ZodBody, ZodParam, ZodQuery } from '../common/body.js';
import type { HttpRequest } from '../common/http.js';
import { Idempotent } from '../common/idempotency/idempotent.decorator.js';
import { decodeCursor, type Page, pageOf } from '../common/pagination.js';
import { updateIdOf } from '../common/update-id.js';
import { LeadAccessService } from './lead-access.service.js';
import { presentInsight, presentNote } from './lead-words.presenter.js';
import { LeadWordsReadModel } from './lead-words.read-model.js';
import {
  addedNoteSchema,
  addInsightSchema,
  addNoteSchema,
  insightAnswerSchema,
  insightPageSchema,
  listInsightsSchema,
  listNotesSchema,
  notePageSchema,
} from './lead-words.schema.js';
import { LeadWordsService } from './lead-words.service.js';

const cursorSchema = z.tuple([z.iso.datetime(), z.uuid()]);
const positionOf = (view: { at: Date; id: string }): [string, string] => [view.at.toISOString(), view.id];

type Note = z.output<typeof notePageSchema>['items'][number];
type Insight = z.output<typeof insightAnswerSchema>;

@ApiTags('One lead')
@Controller('v1/leads/:id')
@Scopes('marketing', 'sales', 'admin')
export class LeadWordsController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly access: LeadAccessService,
    private readonly reads: LeadWordsReadModel,
    private readonly words: LeadWordsService,
  ) {}

  @Post('notes')
  @Idempotent()
  @ApiOperation({ summary: 'Write a note for both sides; whom it mentions is told by mail' })
  @ApiResponse({ status: 201, standardSchema: addedNoteSchema })
  async addNote(
    @ZodParam('id', z.uuid()) id: string,
    @ZodBody(addNoteSchema) { text }: z.output<typeof addNoteSchema>,
    @Caller() caller: Caller,
    @Req() request: HttpRequest,
  ): Promise<z.output<typeof addedNoteSchema>> {
    const { untold, ...view } = await this.words.addNote(id, { text, updateId: updateIdOf(request) }, caller);
    return { ...presentNote(view), untold: untold.map(({ key, why }) => ({ key, why })) };
  }

  @Get('notes')
  @ApiOperation({
    summary: 'What marketing and sales wrote about a lead, with the notes of their decisions, oldest first',
  })
  @ApiResponse({ status: 200, standardSchema: notePageSchema })
  async notes(
    @ZodParam('id', z.uuid()) leadId: string,
    @ZodQuery(listNotesSchema) { limit, cursor }: z.output<typeof listNotesSchema>,
    @Caller() caller: Caller,
  ): Promise<Page<Note>> {
    const { manager } = this.dataSource;
    await this.access.callerMustRead(manager, leadId, caller);
    const after = decodeCursor(cursor, cursorSchema);
    return pageOf(await this.reads.notes(manager, { leadId, limit: limit + 1, after }), limit, positionOf, presentNote);
  }

  @Post('insights')
  @Idempotent()
  @ApiOperation({ summary: 'Write down what was learned about a lead; conditions see it as insight.<kind>' })
  @ApiResponse({ status: 201, standardSchema: insightAnswerSchema })
  async addInsight(
    @ZodParam('id', z.uuid()) id: string,
    @ZodBody(addInsightSchema) body: z.output<typeof addInsightSchema>,
    @Caller() caller: Caller,
    @Req() request: HttpRequest,
  ): Promise<Insight> {
    return presentInsight(await this.words.addInsight(id, { ...body, updateId: updateIdOf(request) }, caller));
  }

  @Get('insights')
  @ApiOperation({ summary: 'What was learned about a lead, oldest first' })
  @ApiResponse({ status: 200, standardSchema: insightPageSchema })
  async insights(
    @ZodParam('id', z.uuid()) leadId: string,
    @ZodQuery(listInsightsSchema) { limit, cursor, kind }: z.output<typeof listInsightsSchema>,
    @Caller() caller: Caller,
  ): Promise<Page<Insight>> {
    const { manager } = this.dataSource;
    await this.access.callerMustRead(manager, leadId, caller);
    const after = decodeCursor(cursor, cursorSchema);
    const rows = await this.reads.insights(manager, { leadId, limit: limit + 1, after, kind });
    return pageOf(rows, limit, positionOf, presentInsight);
  }
}
