import { Module } from '@nestjs/common';
import { RehearsalsController } from './rehearsals.controller.js';
import { RehearsalsModule } from './rehearsals.module.js';

@Module({ imports: [RehearsalsModule], controllers: [RehearsalsController] })
export class RehearsalsHttpModule {}
