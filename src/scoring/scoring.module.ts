import { Module } from '@nestjs/common';
import { DocumentsModule } from '../documents/documents.module.js';
import { ScoringService } from './scoring.service.js';

@Module({
  imports: [DocumentsModule],
  providers: [ScoringService],
  exports: [ScoringService],
})
export class ScoringModule {}
