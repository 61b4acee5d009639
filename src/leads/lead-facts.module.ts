import { Module } from '@nestjs/common';
import { EngagementsReadModel } from '../engagements/engagements.read-model.js';
import { ScoringModule } from '../scoring/scoring.module.js';
import { LeadFactsService } from './lead-facts.service.js';

/** What is known about a lead, for everybody who judges; knows nothing of processes. */
@Module({
  imports: [ScoringModule],
  providers: [LeadFactsService, EngagementsReadModel],
  exports: [LeadFactsService],
})
export class LeadFactsModule {}
