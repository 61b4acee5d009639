import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { keyField, languageField } from '../../domain/document-field.schema.js';
import { Caller } from '../common/auth/caller.js';
import { Scopes } from '../common/auth/scopes.decorator.js';
import { ZodBody, ZodParam } from '../common/body.js';
import { Idempotent } from '../common/idempotency/idempotent.decorator.js';
import { type TemplatePreview, TemplatePreviewService } from './template-preview.service.js';
import { type TestSend, TemplateTestSendService } from './template-test-send.service.js';

const asked = {
  leadId: z.uuid(),
  language: languageField.optional().describe('One the template is written in; else the one the lead would read'),
};

const previewSchema = z.strictObject(asked).meta({ id: 'PreviewTemplate' });

const previewAnswerSchema = z
  .object({
    version: z.int(),
    language: z.string().nullable().describe('Null where the template does not say what it is written in'),
    languageFrom: z
      .enum(['lead', 'campaign', 'organisation', 'template', 'request'])
      .describe('Who says so; template: it is written in none of the languages of the others'),
    subject: z.string().nullable(),
    html: z.string().nullable(),
    text: z.string().nullable(),
    problem: z.object({ code: z.string(), name: z.string().nullable(), message: z.string() }).nullable(),
  })
  .meta({ id: 'TemplatePreview' });

const testSendSchema = z.strictObject(asked).meta({ id: 'TestSendTemplate' });

const testSendAnswerSchema = z

  .object({
    to: z.string(),
    version: z.int(),
    subject: z.string().nullable().describe('null when the same request is answered again: it may name the lead'),
  })
  .meta({ id: 'TemplateTestSend' });

@ApiTags('Definitions')
@Controller('v1/templates/:key')
@Scopes('marketing', 'admin')
export class TemplatePreviewController {
  constructor(
    private readonly previews: TemplatePreviewService,
    private readonly tests: TemplateTestSendService,
  ) {}

  @Post('preview')
  @HttpCode(200)
  @ApiOperation({ summary: 'What a certain lead would read, or what keeps the mail from going out' })
  @ApiResponse({ status: 200, standardSchema: previewAnswerSchema })
  preview(
    @ZodParam('key', keyField) key: string,
    @ZodBody(previewSchema) body: z.output<typeof previewSchema>,
  ): Promise<TemplatePreview> {
    return this.previews.preview(key, body.leadId, body.language);
  }

  @Post('test-send')
  @HttpCode(200)
  @Idempotent({ redact: ['subject'] })
  @ApiOperation({ summary: 'Mails what a certain lead would read to yourself, marked as a test; no touch' })
  @ApiResponse({ status: 200, standardSchema: testSendAnswerSchema })
  testSend(
    @ZodParam('key', keyField) key: string,
    @ZodBody(testSendSchema) body: z.output<typeof testSendSchema>,
    @Caller() caller: Caller,
  ): Promise<TestSend> {
    return this.tests.send(key, body, caller.personId, new Date());
  }
}
