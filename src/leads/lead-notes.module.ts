import { Module } from '@nestjs/common';
import { PeopleModule } from '../people/people.module.js';
import { LeadAccessService } from './lead-access.service.js';
import { LeadNotesService } from './lead-notes.service.js';
import { NoteMentionsService } from './note-mentions.service.js';

/** Words about a lead: those that come with an order, whom they mention, and who reads them. */
@Module({
  imports: [PeopleModule],
  providers: [LeadAccessService, LeadNotesService, NoteMentionsService],
  exports: [LeadAccessService, LeadNotesService, NoteMentionsService],
})
export class LeadNotesModule {}
