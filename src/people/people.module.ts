import { Module } from '@nestjs/common';
import { CalendarsController } from './calendars.controller.js';
import { OrganisationController } from './organisation.controller.js';
import { OrganisationService } from './organisation.service.js';
import { PeopleController } from './people.controller.js';
import { PeopleService } from './people.service.js';
import { PeopleAdminService } from './people-admin.service.js';
import { TeamsController } from './teams.controller.js';

@Module({
  controllers: [OrganisationController, PeopleController, TeamsController, CalendarsController],
  providers: [PeopleService, PeopleAdminService, OrganisationService],
  exports: [PeopleService, PeopleAdminService, OrganisationService],
})
export class PeopleModule {}
