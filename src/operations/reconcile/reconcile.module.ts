import { Module } from '@nestjs/common';
import { RecordViolationsReadModel } from './record-violations.read-model.js';
import { ReconcileService } from './reconcile.service.js';
import { ViolationRepairsService } from './violation-repairs.service.js';
import { WorkflowCensusService } from './workflow-census.service.js';

/** The proof that no lead is an orphan, for the api and the command line. Needs the TemporalModule. */
@Module({
  providers: [RecordViolationsReadModel, WorkflowCensusService, ViolationRepairsService, ReconcileService],
  exports: [ReconcileService],
})
export class ReconcileModule {}
