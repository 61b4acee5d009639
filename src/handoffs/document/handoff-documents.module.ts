import { Module } from '@nestjs/common';
import { DocumentEditingModule } from '../../documents/document-editing.module.js';
import { PeopleModule } from '../../people/people.module.js';
import { ReasonsModule } from '../../policies/reasons.module.js';
import { DefinitionDocumentController } from './definition-document.controller.js';
import { HandoffDocumentsService } from './handoff-documents.service.js';

/** The page both teams sign. */
@Module({
  imports: [DocumentEditingModule, PeopleModule, ReasonsModule],
  controllers: [DefinitionDocumentController],
  providers: [HandoffDocumentsService],
  exports: [HandoffDocumentsService],
})
export class HandoffDocumentsModule {}
