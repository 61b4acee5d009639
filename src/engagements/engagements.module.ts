import { Module } from '@nestjs/common';
import { ScoringModule } from '../scoring/scoring.module.js';
import { SuppressionsModule } from '../touches/suppressions.module.js';
import { EngagementsController } from './engagements.controller.js';
import { EngagementsReadModel } from './engagements.read-model.js';
import { EngagementsService } from './engagements.service.js';
import { IngestTransaction } from './ingest-transaction.service.js';

@Module({
  imports: [ScoringModule, SuppressionsModule],
  controllers: [EngagementsController],
  providers: [EngagementsService, IngestTransaction, EngagementsReadModel],
  exports: [EngagementsService, EngagementsReadModel],
})
export class EngagementsModule {}
