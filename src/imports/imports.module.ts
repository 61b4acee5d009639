import { Module } from '@nestjs/common';
import { LeadIntakeModule } from '../leads/lead-intake.module.js';
import { ImportBatchesService } from './import-batches.service.js';
import { ImportFilesService } from './import-files.service.js';
import { ImportStarterService } from './import-starter.service.js';
import { ImportUploadsService } from './import-uploads.service.js';
import { ImportsReadModel } from './imports.read-model.js';
import { ImportsService } from './imports.service.js';

/** Imports of leads from files: receiving them, working on them, telling about them. */
@Module({
  imports: [LeadIntakeModule],
  providers: [
    ImportBatchesService,
    ImportFilesService,
    ImportStarterService,
    ImportUploadsService,
    ImportsReadModel,
    ImportsService,
  ],
  exports: [ImportBatchesService, ImportFilesService, ImportStarterService, ImportUploadsService, ImportsService],
})
export class ImportsModule {}
