import { Module } from '@nestjs/common';
import { RerouteModule } from '../handoffs/reroute.module.js';
import { CalendarsController } from './calendars.controller.js';
import { NoticePreferencesHttpModule } from './notice-preferences-http.module.js';
import { OrganisationController } from './organisation.controller.js';
import { PeopleController } from './people.controller.js';
import { PeopleModule } from './people.module.js';
import { TeamsController } from './teams.controller.js';

/** What the api process adds. */
@Module({
  imports: [NoticePreferencesHttpModule, PeopleModule, RerouteModule],
  controllers: [OrganisationController, PeopleController, TeamsController, CalendarsController],
})
export class PeopleHttpModule {}
