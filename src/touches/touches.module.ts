import { Module } from '@nestjs/common';
import { DocumentsModule } from '../documents/documents.module.js';
import { MailModule } from '../integrations/mail/mail.module.js';
import { PeopleModule } from '../people/people.module.js';
import { TouchClaimReadModel } from './touch-claim.read-model.js';
import { TouchClaimsService } from './touch-claims.service.js';
import { TouchesService } from './touches.service.js';

/** Sending to leads. */
@Module({
  imports: [DocumentsModule, PeopleModule, MailModule],
  providers: [TouchesService, TouchClaimsService, TouchClaimReadModel],
  exports: [TouchesService],
})
export class TouchesModule {}
