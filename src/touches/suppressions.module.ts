import { Module } from '@nestjs/common';
import { SuppressionsService } from './suppressions.service.js';

/** On its own, since ingest needs it and the rest of the touches need ingest. */
@Module({ providers: [SuppressionsService], exports: [SuppressionsService] })
export class SuppressionsModule {}
