import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { keyField } from '../../domain/document-field.schema.js';
import { Scopes } from '../common/auth/scopes.decorator.js';
import { ZodBody, ZodParam } from '../common/body.js';
import { type TemplatePreview, TemplatePreviewService } from './template-preview.service.js';

const previewSchema = z.strictObject({ leadId: z.uuid() }).meta({ id: 'PreviewTemplate' });

const previewAnswerSchema = z
  .object({
    version: z.int(),
    subject: z.string().nullable(),
    html: z.string().nullable(),
    text: z.string().nullable(),
    problem: z.object({ code: z.string(), name: z.string().nullable(), message: z.string() }).nullable(),
  })
  .meta({ id: 'TemplatePreview' });

@ApiTags('Definitions')
@Controller('v1/templates/:key/preview')
@Scopes('marketing', 'admin')
export class TemplatePreviewController {
  constructor(private readonly previews: TemplatePreviewService) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'What a certain lead would read, or what keeps the mail from going out' })
  @ApiResponse({ status: 200, standardSchema: previewAnswerSchema })
  preview(
    @ZodParam('key', keyField) key: string,
    @ZodBody(previewSchema) body: z.output<typeof previewSchema>,
  ): Promise<TemplatePreview> {
    return this.previews.preview(key, body.leadId);
  }
}
