import { Controller, Get, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import type { z } from 'zod';
import { keyField } from '../../../domain/document-field.schema.js';
import { Scopes } from '../../common/auth/scopes.decorator.js';
import { ZodParam, ZodQuery } from '../../common/body.js';
import type { HttpReply } from '../../common/http.js';
import { notFound } from '../../common/problem.js';
import { handoffDocumentQuerySchema, handoffDocumentSchema } from './handoff-document.schema.js';
import { renderHandoffDocument } from './handoff-document.view.js';
import { HandoffDocumentsService } from './handoff-documents.service.js';

@ApiTags('Definitions')
@Controller('v1/definitions/:key/document')
@Scopes('marketing', 'sales', 'admin')
export class DefinitionDocumentController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly pages: HandoffDocumentsService,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The page both teams sign, made from what is in force now' })
  @ApiProduces('application/json', 'text/html', 'text/markdown')
  @ApiResponse({ status: 200, standardSchema: handoffDocumentSchema })
  async get(
    @ZodParam('key', keyField) key: string,
    @ZodQuery(handoffDocumentQuerySchema) { format }: z.output<typeof handoffDocumentQuerySchema>,
    @Res() reply: HttpReply,
  ): Promise<void> {
    const page = await this.pages.inForce(this.dataSource.manager, key, new Date());
    if (page === undefined) throw notFound('No version of a definition of that key is in force.');
    const { type, text } = renderHandoffDocument(page, format);
    reply.type(type).send(text);
  }
}
