import { Module } from '@nestjs/common';
import { ScoringModule } from '../scoring/scoring.module.js';
import { SuppressionsModule } from '../touches/suppressions.module.js';
import { TouchesModule } from '../touches/touches.module.js';
import { ClosedLeadNoticesService } from './closed-lead-notices.service.js';
import { EngagementsController } from './engagements.controller.js';
import { EngagementsReadModel } from './engagements.read-model.js';
import { EngagementsService } from './engagements.service.js';
import { IngestTransaction } from './ingest-transaction.service.js';

@Module({
  imports: [ScoringModule, SuppressionsModule, TouchesModule],
  controllers: [EngagementsController],
  providers: [ClosedLeadNoticesService, EngagementsService, IngestTransaction, EngagementsReadModel],
  exports: [EngagementsService, EngagementsReadModel],
})
export class EngagementsModule {}
