import { Module } from '@nestjs/common';
import { DocumentsModule } from '../documents/documents.module.js';
import { PeopleModule } from '../people/people.module.js';
import { ReasonsModule } from '../policies/reasons.module.js';
import { LeadExplainService } from './lead-explain.service.js';
import { LeadFactsModule } from './lead-facts.module.js';
import { LeadSyncModule } from './lead-sync.module.js';

/** Why a lead is where it is; reads only and starts nothing, so that a command may use it beside a running stack. */
@Module({
  imports: [DocumentsModule, LeadFactsModule, LeadSyncModule, PeopleModule, ReasonsModule],
  providers: [LeadExplainService],
  exports: [LeadExplainService, LeadSyncModule],
})
export class LeadExplainModule {}
