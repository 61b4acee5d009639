import { Controller, Get, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import type { z } from 'zod';
import { Caller } from '../../common/auth/caller.js';
import { Scopes } from '../../common/auth/scopes.decorator.js';
import { ZodParam, ZodQuery } from '../../common/body.js';
import type { HttpReply } from '../../common/http.js';
import { notFound } from '../../common/problem.js';
import { handoffDocumentQuerySchema, handoffDocumentSchema } from './handoff-document.schema.js';
import { renderHandoffDocument } from './handoff-document.view.js';
import { HandoffDocumentsService } from './handoff-documents.service.js';
import { HandoffActorService } from '../handoff-actor.service.js';
import { handoffIdField } from '../handoff.schema.js';

@ApiTags('Sales')
@Controller('v1/handoffs/:id/document')
@Scopes('sales', 'marketing', 'admin')
export class HandoffDocumentController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly actors: HandoffActorService,
    private readonly pages: HandoffDocumentsService,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The signed page this handoff fell under, whatever is in force since' })
  @ApiProduces('application/json', 'text/html', 'text/markdown')
  @ApiResponse({ status: 200, standardSchema: handoffDocumentSchema })
  async get(
    @ZodParam('id', handoffIdField) id: string,
    @ZodQuery(handoffDocumentQuerySchema) { format }: z.output<typeof handoffDocumentQuerySchema>,
    @Caller() caller: Caller,
    @Res() reply: HttpReply,
  ): Promise<void> {
    const { versions } = await this.actors.visible(caller, id);
    const page = await this.pages.ofVersions(this.dataSource.manager, versions);
    if (page === undefined) throw notFound('This handoff fell under no definition.');
    const { type, text } = renderHandoffDocument(page, format);
    reply.type(type).send(text);
  }
}
