import { Module } from '@nestjs/common';
import { CadencePausesReadModule } from '../cadences/cadence-pauses-read.module.js';
import { DocumentsModule } from '../documents/documents.module.js';
import { EngagementsReadModel } from '../engagements/engagements.read-model.js';
import { HandoffLedgerModule } from '../handoffs/handoff-ledger.module.js';
import { PeopleModule } from '../people/people.module.js';
import { ScoringModule } from '../scoring/scoring.module.js';
import { TodoLedgerModule } from '../todos/todo-ledger.module.js';
import { SuppressionsModule } from '../touches/suppressions.module.js';
import { WebhookLedgerModule } from '../webhooks/webhook-ledger.module.js';
import { CadenceAnswersService } from './cadence-answers.service.js';
import { LeadAnswersService } from './lead-answers.service.js';
import { LeadChangesService } from './lead-changes.service.js';
import { LeadErasureService } from './lead-erasure.service.js';
import { LeadFactsModule } from './lead-facts.module.js';
import { LeadNotesModule } from './lead-notes.module.js';
import { LeadPlanningService } from './lead-planning.service.js';
import { LeadRecordWriterService } from './lead-record-writer.service.js';
import { LeadStepsService } from './lead-steps.service.js';
import { LeadSyncService } from './lead-sync.service.js';
import { ProfileFactsModule } from './profile-facts.module.js';
import { SupersededRecordsService } from './superseded-records.service.js';

/** What the worker needs of leads: the pull half of the protocol. */
@Module({
  imports: [
    CadencePausesReadModule,
    DocumentsModule,
    HandoffLedgerModule,
    LeadFactsModule,
    LeadNotesModule,
    PeopleModule,
    ProfileFactsModule,
    ScoringModule,
    SuppressionsModule,
    TodoLedgerModule,
    WebhookLedgerModule,
  ],
  providers: [
    CadenceAnswersService,
    EngagementsReadModel,
    LeadAnswersService,
    LeadChangesService,
    LeadErasureService,
    LeadPlanningService,
    LeadRecordWriterService,
    LeadStepsService,
    LeadSyncService,
    SupersededRecordsService,
  ],
  exports: [CadenceAnswersService, LeadSyncService, LeadAnswersService, LeadPlanningService],
})
export class LeadSyncModule {}
