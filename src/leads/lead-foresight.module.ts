import { Module } from '@nestjs/common';
import { DocumentsModule } from '../documents/documents.module.js';
import { ForeseeEntryService } from './foresee-entry.service.js';
import { ForeseeLandingService } from './foresee-landing.service.js';
import { LeadFactsModule } from './lead-facts.module.js';
import { LeadSyncModule } from './lead-sync.module.js';

/** What would become of a lead if something else were in force, or if it looked now; reads only. */
@Module({
  imports: [DocumentsModule, LeadFactsModule, LeadSyncModule],
  providers: [ForeseeEntryService, ForeseeLandingService],
  exports: [ForeseeEntryService, ForeseeLandingService],
})
export class LeadForesightModule {}
