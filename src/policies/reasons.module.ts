import { Module } from '@nestjs/common';
import { ReasonsController } from './reasons.controller.js';
import { ReasonsService } from './reasons.service.js';

@Module({ controllers: [ReasonsController], providers: [ReasonsService], exports: [ReasonsService] })
export class ReasonsModule {}
