import { Module } from '@nestjs/common';
import { DocumentsModule } from '../documents/documents.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { LeadForesightModule } from '../leads/lead-foresight.module.js';
import { CadencePausesReadModule } from './cadence-pauses-read.module.js';
import { TakeInLeadsReadModel } from './take-in-leads.read-model.js';
import { TakeInService } from './take-in.service.js';

/** What a worker needs to let a published cadence take leads in. Needs the TemporalModule. */
@Module({
  imports: [CadencePausesReadModule, DocumentsModule, JobsModule, LeadForesightModule],
  providers: [TakeInLeadsReadModel, TakeInService],
  exports: [CadencePausesReadModule, LeadForesightModule, TakeInLeadsReadModel, TakeInService],
})
export class TakeInModule {}
