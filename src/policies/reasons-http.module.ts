import { Module } from '@nestjs/common';
import { ReasonsController } from './reasons.controller.js';
import { ReasonsModule } from './reasons.module.js';

/** What the api process adds. */
@Module({ imports: [ReasonsModule], controllers: [ReasonsController] })
export class ReasonsHttpModule {}
