import { Module } from '@nestjs/common';
import { ScoringModule } from '../scoring/scoring.module.js';
import { ProfileFactsService } from './profile-facts.service.js';

/** How what becomes known of a person reaches its process. */
@Module({
  imports: [ScoringModule],
  providers: [ProfileFactsService],
  exports: [ProfileFactsService],
})
export class ProfileFactsModule {}
