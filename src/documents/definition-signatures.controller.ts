import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { keyField } from '../../domain/document-field.schema.js';
import { Caller } from '../common/auth/caller.js';
import { Scopes } from '../common/auth/scopes.decorator.js';
import { ZodBody, ZodParam } from '../common/body.js';
import { Idempotent } from '../common/idempotency/idempotent.decorator.js';
import { DocumentPagesService } from './document-pages.service.js';
import { documentAnswers, signRequestSchema } from './documents.schema.js';

@ApiTags('Definitions')
@Controller('v1/definitions')
@Scopes('marketing', 'sales', 'admin')
export class DefinitionSignaturesController {
  constructor(private readonly pages: DocumentPagesService) {}

  @Post(':key/sign')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({ summary: 'Sign the draft for one side, as an approver of that side' })
  @ApiResponse({ status: 200, standardSchema: documentAnswers('definition').draft })
  sign(
    @ZodParam('key', keyField) key: string,
    @ZodBody(signRequestSchema) body: z.output<typeof signRequestSchema>,
    @Caller() caller: Caller,
  ) {
    const change = { actorId: caller.personId, now: new Date(), note: body.note };
    return this.pages.sign('definition', key, body.as, change);
  }
}
