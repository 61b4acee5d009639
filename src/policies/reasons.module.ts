import { Module } from '@nestjs/common';
import { ReasonsService } from './reasons.service.js';

@Module({ providers: [ReasonsService], exports: [ReasonsService] })
export class ReasonsModule {}
