import { Module } from '@nestjs/common';
import { BreakerListReadModel } from './breaker-list.read-model.js';
import { BreakersController } from './breakers.controller.js';
import { BreakersService } from './breakers.service.js';

/** Breakers for operators. */
@Module({ controllers: [BreakersController], providers: [BreakersService, BreakerListReadModel] })
export class BreakersHttpModule {}
