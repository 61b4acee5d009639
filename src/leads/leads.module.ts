import { Module } from '@nestjs/common';
import { CampaignsModule } from '../campaigns/campaigns.module.js';
import { DocumentsModule } from '../documents/documents.module.js';
import { EngagementsModule } from '../engagements/engagements.module.js';
import { PeopleModule } from '../people/people.module.js';
import { ReasonsModule } from '../policies/reasons.module.js';
import { ScoringModule } from '../scoring/scoring.module.js';
import { SuppressionsModule } from '../touches/suppressions.module.js';
import { LeadCommandsService } from './lead-commands.service.js';
import { LeadDecisionService } from './lead-decision.service.js';
import { LeadExplainModule } from './lead-explain.module.js';
import { LeadFactsModule } from './lead-facts.module.js';
import { LeadIntakeModule } from './lead-intake.module.js';
import { LeadSyncModule } from './lead-sync.module.js';
import { LeadNotesModule } from './lead-notes.module.js';
import { LeadRefusalsService } from './lead-refusals.service.js';
import { LeadStoryService } from './lead-story.service.js';
import { LeadTimelineReadModel } from './lead-timeline.read-model.js';
import { LeadWordsReadModel } from './lead-words.read-model.js';
import { LeadWordsService } from './lead-words.service.js';
import { LeadsReadModel } from './leads.read-model.js';
import { LeadsService } from './leads.service.js';
import { ProfileFactsModule } from './profile-facts.module.js';

/** Intake of leads and what is told about one. */
@Module({
  imports: [
    CampaignsModule,
    DocumentsModule,
    EngagementsModule,
    LeadExplainModule,
    LeadFactsModule,
    LeadIntakeModule,
    LeadNotesModule,
    LeadSyncModule,
    PeopleModule,
    ProfileFactsModule,
    ReasonsModule,
    ScoringModule,
    SuppressionsModule,
  ],
  providers: [
    LeadCommandsService,
    LeadDecisionService,
    LeadRefusalsService,
    LeadStoryService,
    LeadTimelineReadModel,
    LeadWordsReadModel,
    LeadWordsService,
    LeadsReadModel,
    LeadsService,
  ],
  exports: [
    LeadsService,
    LeadCommandsService,
    LeadStoryService,
    LeadExplainModule,
    LeadNotesModule,
    LeadTimelineReadModel,
    LeadWordsReadModel,
    LeadWordsService,
    LeadsReadModel,
  ],
})
export class LeadsModule {}
