import { Module } from '@nestjs/common';
import { JobStarterService } from './job-starter.service.js';
import { JobsService } from './jobs.service.js';

/** Long work over many leads, for whoever asks for it or does it. Needs the TemporalModule. */
@Module({ providers: [JobsService, JobStarterService], exports: [JobsService, JobStarterService] })
export class JobsModule {}
