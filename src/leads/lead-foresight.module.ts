import { Module } from '@nestjs/common';
import { ForeseeLandingService } from './foresee-landing.service.js';
import { LeadFactsModule } from './lead-facts.module.js';
import { LeadSyncModule } from './lead-sync.module.js';

/** What would become of a lead if something else were in force; reads only. */
@Module({
  imports: [LeadFactsModule, LeadSyncModule],
  providers: [ForeseeLandingService],
  exports: [ForeseeLandingService],
})
export class LeadForesightModule {}
