import { Module } from '@nestjs/common';
import { DocumentsModule } from '../documents/documents.module.js';
import { PeopleModule } from '../people/people.module.js';
import { TemplatePreviewController } from './template-preview.controller.js';
import { TemplatePreviewService } from './template-preview.service.js';
import { TemplatesModule } from './templates.module.js';

@Module({
  imports: [TemplatesModule, DocumentsModule, PeopleModule],
  controllers: [TemplatePreviewController],
  providers: [TemplatePreviewService],
})
export class TemplatesHttpModule {}
