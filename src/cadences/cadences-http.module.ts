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

/** Live edit and pauses of cadences: what the api process adds. */
@Module({
  imports: [DocumentsModule, CadenceMigrationModule, CadencePausesReadModule, LeadFactsModule, LeadForesightModule],
  controllers: [CadenceMigrationsController, CadencePausesController],
  providers: [CadenceDryRunService, CadenceMigrationOrdersService, CadencePausesService],
})
export class CadencesHttpModule {}
