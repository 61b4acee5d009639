import { Module } from '@nestjs/common';
import { BreakersModule } from '../breakers/breakers.module.js';
import { DocumentsModule } from '../documents/documents.module.js';
import { HandoffsModule } from '../handoffs/handoffs.module.js';
import { PrepBlockModule } from '../handoffs/prep/prep-block.module.js';
import { MailModule } from '../integrations/mail/mail.module.js';
import { PeopleModule } from '../people/people.module.js';
import { TemplatesModule } from '../templates/templates.module.js';
import { PlannedNoticesService } from './planned-notices.service.js';
import { NoticeRecipientsService } from './notice-recipients.service.js';
import { NoticesReadModel } from './notices.read-model.js';
import { NoticesService } from './notices.service.js';
import { TouchClaimReadModel } from './touch-claim.read-model.js';
import { TouchComposerService } from './touch-composer.service.js';
import { TouchClaimsService } from './touch-claims.service.js';
import { TouchesService } from './touches.service.js';

/** Sending: touches to leads, notices to people of the organisation. */
@Module({
  imports: [
    BreakersModule,
    DocumentsModule,
    PeopleModule,
    MailModule,
    TemplatesModule,
    HandoffsModule,
    PrepBlockModule,
  ],
  providers: [
    TouchesService,
    TouchClaimsService,
    TouchClaimReadModel,
    TouchComposerService,
    NoticesService,
    NoticesReadModel,
    NoticeRecipientsService,
    PlannedNoticesService,
  ],
  exports: [BreakersModule, TouchesService, NoticesService, PlannedNoticesService],
})
export class TouchesModule {}
