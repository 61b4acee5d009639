import { Module } from '@nestjs/common';
import { DocumentsModule } from '../documents/documents.module.js';
import { EngagementsReadModel } from '../engagements/engagements.read-model.js';
import { LeadFactsModule } from '../leads/lead-facts.module.js';
import { PeopleModule } from '../people/people.module.js';
import { ScoringModule } from '../scoring/scoring.module.js';
import { TodoLedgerModule } from '../todos/todo-ledger.module.js';
import { HandoffPacketsService } from './handoff-packets.service.js';
import { HandoffRoutingService } from './handoff-routing.service.js';
import { HandoffsService } from './handoffs.service.js';
import { PacketSourcesReadModel } from './packet-sources.read-model.js';

/** Offering leads to sales; deciding over HTTP stands apart. */
@Module({
  imports: [DocumentsModule, LeadFactsModule, PeopleModule, ScoringModule, TodoLedgerModule],
  providers: [
    HandoffsService,
    HandoffRoutingService,
    HandoffPacketsService,
    PacketSourcesReadModel,
    EngagementsReadModel,
  ],
  exports: [HandoffsService, HandoffRoutingService],
})
export class HandoffsModule {}
