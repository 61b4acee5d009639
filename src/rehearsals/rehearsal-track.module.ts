import { Module } from '@nestjs/common';
import { DocumentsModule } from '../documents/documents.module.js';
import { LeadSyncModule } from '../leads/lead-sync.module.js';
import { LeadsModule } from '../leads/leads.module.js';
import { ScoringModule } from '../scoring/scoring.module.js';
import { RehearsalTrackService } from './rehearsal-track.service.js';

/** Tells a stretch of a lead's life as a track. */
@Module({
  imports: [DocumentsModule, LeadSyncModule, LeadsModule, ScoringModule],
  providers: [RehearsalTrackService],
  exports: [RehearsalTrackService],
})
export class RehearsalTrackModule {}
