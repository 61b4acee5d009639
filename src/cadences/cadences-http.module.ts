import { Module } from '@nestjs/common';
import { LeadFactsModule } from '../leads/lead-facts.module.js';
import { LeadForesightModule } from '../leads/lead-foresight.module.js';
import { CadenceDryRunService } from './cadence-dry-run.service.js';
import { CadenceMigrationOrdersService } from './cadence-migration-orders.service.js';
import { CadenceMigrationModule } from './cadence-migration.module.js';
import { CadenceMigrationsController } from './cadence-migrations.controller.js';

/** Live edit of cadences: what the api process adds. */
@Module({
  imports: [CadenceMigrationModule, LeadFactsModule, LeadForesightModule],
  controllers: [CadenceMigrationsController],
  providers: [CadenceDryRunService, CadenceMigrationOrdersService],
})
export class CadencesHttpModule {}
