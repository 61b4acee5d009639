import { Module } from '@nestjs/common';
import { BreakersModule } from '../../breakers/breakers.module.js';
import { MailModule } from '../../integrations/mail/mail.module.js';
import { PeopleModule } from '../../people/people.module.js';
import { TemplatesModule } from '../../templates/templates.module.js';
import { SuppressionsModule } from '../../touches/suppressions.module.js';
import { PrepMailComposerService } from './prep-mail-composer.service.js';
import { PrepMailRelayService } from './prep-mail-relay.service.js';
import { PrepMailsService } from './prep-mails.service.js';
import { PrepModule } from './prep.module.js';

/** The worker's part of prep: mails to leads when they are due. */
@Module({
  imports: [BreakersModule, MailModule, PeopleModule, PrepModule, SuppressionsModule, TemplatesModule],
  providers: [PrepMailComposerService, PrepMailRelayService, PrepMailsService],
  exports: [PrepMailRelayService],
})
export class PrepMailsModule {}
