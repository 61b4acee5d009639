import { Module } from '@nestjs/common';
import { LeadNotesService } from './lead-notes.service.js';

/** Words that come with an order to a lead. */
@Module({ providers: [LeadNotesService], exports: [LeadNotesService] })
export class LeadNotesModule {}
