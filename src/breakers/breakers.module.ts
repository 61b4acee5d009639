import { Module } from '@nestjs/common';
import { BreakerReleasesService } from './breaker-releases.service.js';
import { BreakersReadModel } from './breakers.read-model.js';
import { TouchBreakersService } from './touch-breakers.service.js';

/** What holds touches of which too many failed, for whoever sends. */
@Module({
  providers: [BreakersReadModel, TouchBreakersService, BreakerReleasesService],
  exports: [TouchBreakersService, BreakerReleasesService],
})
export class BreakersModule {}
