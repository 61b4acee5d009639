import { Module } from '@nestjs/common';
import { JobsModule } from '../jobs/jobs.module.js';
import { PeopleModule } from '../people/people.module.js';
import { HandoffsModule } from './handoffs.module.js';
import { OpenOffersReadModel } from './open-offers.read-model.js';
import { RerouteOffersService } from './reroute-offers.service.js';
import { RerouteOrdersService } from './reroute-orders.service.js';
import { RerouteWatchService } from './reroute-watch.service.js';

/** Offers of reps who have left or are away. Needs the TemporalModule. */
@Module({
  imports: [HandoffsModule, JobsModule, PeopleModule],
  providers: [OpenOffersReadModel, RerouteOffersService, RerouteOrdersService, RerouteWatchService],
  exports: [RerouteOffersService, RerouteOrdersService, RerouteWatchService],
})
export class RerouteModule {}
