import { Module } from '@nestjs/common';
import { CadencePausesReadModel } from './cadence-pauses.read-model.js';

@Module({ providers: [CadencePausesReadModel], exports: [CadencePausesReadModel] })
export class CadencePausesReadModule {}
