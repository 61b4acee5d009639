import { Module } from '@nestjs/common';
import { DocumentsModule } from '../documents/documents.module.js';
import { DocumentsReadModel } from '../documents/documents.read-model.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { CadenceLeadsReadModel } from './cadence-leads.read-model.js';
import { CadenceMigrationService } from './cadence-migration.service.js';
import { VersionChangeService } from './version-change.service.js';

/** What a worker needs to move leads to another version of their cadence. */
@Module({
  imports: [DocumentsModule, JobsModule],
  providers: [CadenceLeadsReadModel, CadenceMigrationService, DocumentsReadModel, VersionChangeService],
  exports: [CadenceLeadsReadModel, CadenceMigrationService, JobsModule, VersionChangeService],
})
export class CadenceMigrationModule {}
