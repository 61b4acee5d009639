import { Module } from '@nestjs/common';
import { JobsController } from './jobs.controller.js';
import { JobsModule } from './jobs.module.js';
import { JobsReadModel } from './jobs.read-model.js';

@Module({ imports: [JobsModule], controllers: [JobsController], providers: [JobsReadModel] })
export class JobsHttpModule {}
