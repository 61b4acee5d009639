import { Module } from '@nestjs/common';
import { NoticePreferencesService } from './notice-preferences.service.js';
import { OrganisationService } from './organisation.service.js';
import { PeopleService } from './people.service.js';
import { PeopleAdminService } from './people-admin.service.js';

@Module({
  providers: [PeopleService, PeopleAdminService, OrganisationService, NoticePreferencesService],
  exports: [PeopleService, PeopleAdminService, OrganisationService, NoticePreferencesService],
})
export class PeopleModule {}
