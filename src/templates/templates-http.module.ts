import { Module } from '@nestjs/common';
import { DocumentsModule } from '../documents/documents.module.js';
import { PrepBlockModule } from '../handoffs/prep/prep-block.module.js';
import { MailModule } from '../integrations/mail/mail.module.js';
import { PeopleModule } from '../people/people.module.js';
import { TemplatePreviewController } from './template-preview.controller.js';
import { TemplatePreviewService } from './template-preview.service.js';
import { TemplateTestSendService } from './template-test-send.service.js';
import { TemplatesModule } from './templates.module.js';

@Module({
  imports: [TemplatesModule, DocumentsModule, PeopleModule, MailModule, PrepBlockModule],
  controllers: [TemplatePreviewController],
  providers: [TemplatePreviewService, TemplateTestSendService],
})
export class TemplatesHttpModule {}
