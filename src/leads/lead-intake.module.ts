import { Module } from '@nestjs/common';
import { CampaignsModule } from '../campaigns/campaigns.module.js';
import { EngagementsModule } from '../engagements/engagements.module.js';
import { PeopleModule } from '../people/people.module.js';
import { ScoringModule } from '../scoring/scoring.module.js';
import { SuppressionsModule } from '../touches/suppressions.module.js';
import { BulkIntakeService } from './bulk-intake.service.js';
import { LeadChangesService } from './lead-changes.service.js';
import { LeadIdentitiesService } from './lead-identities.service.js';
import { LeadIntakeService } from './lead-intake.service.js';
import { ProfileFactsModule } from './profile-facts.module.js';

/** The intake itself, one by one or many at once; api and worker take leads in with it. */
@Module({
  imports: [CampaignsModule, EngagementsModule, PeopleModule, ProfileFactsModule, ScoringModule, SuppressionsModule],
  providers: [BulkIntakeService, LeadChangesService, LeadIdentitiesService, LeadIntakeService],
  exports: [BulkIntakeService, LeadChangesService, LeadIdentitiesService, LeadIntakeService],
})
export class LeadIntakeModule {}
