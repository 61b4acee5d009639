import { Module } from '@nestjs/common';
import { DocumentsModule } from '../documents/documents.module.js';
import { LeadFactsModule } from '../leads/lead-facts.module.js';
import { LeadForesightModule } from '../leads/lead-foresight.module.js';
import { CadenceDryRunService } from './cadence-dry-run.service.js';
import { CadenceMigrationOrdersService } from './cadence-migration-orders.service.js';
import { CadenceMigrationModule } from './cadence-migration.module.js';
import { CadenceMigrationsController } from './cadence-migrations.controller.js';
import { CadencePausesReadModule } from './cadence-pauses-read.module.js';
import { CadencePausesController } from './cadence-pauses.controller.js';
import { CadencePausesService } from './cadence-pauses.service.js';
import { TakeInController } from './take-in.controller.js';
import { TakeInModule } from './take-in.module.js';
import { TakeInOrdersService } from './take-in-orders.service.js';
import { TakeInPreviewService } from './take-in-preview.service.js';

/** Live edit, take-in and pauses of cadences: what the api process adds. */
@Module({
  imports: [
    DocumentsModule,
    CadenceMigrationModule,
    CadencePausesReadModule,
    LeadFactsModule,
    LeadForesightModule,
    TakeInModule,
  ],
  controllers: [CadenceMigrationsController, CadencePausesController, TakeInController],
  providers: [
    CadenceDryRunService,
    CadenceMigrationOrdersService,
    CadencePausesService,
    TakeInOrdersService,
    TakeInPreviewService,
  ],
})
export class CadencesHttpModule {}
