import { Module } from '@nestjs/common';
import { OrganisationService } from './organisation.service.js';
import { PeopleService } from './people.service.js';
import { PeopleAdminService } from './people-admin.service.js';

@Module({
  providers: [PeopleService, PeopleAdminService, OrganisationService],
  exports: [PeopleService, PeopleAdminService, OrganisationService],
})
export class PeopleModule {}
