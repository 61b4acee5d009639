import { Module } from '@nestjs/common';
import { MailModule } from '../../integrations/mail/mail.module.js';
import { PeopleModule } from '../../people/people.module.js';
import { PrepAnswersService } from './prep-answers.service.js';
import { PrepPageController } from './prep-page.controller.js';
import { PrepModule } from './prep.module.js';

/** The page behind the links of the mails about checklists. */
@Module({
  imports: [MailModule, PeopleModule, PrepModule],
  controllers: [PrepPageController],
  providers: [PrepAnswersService],
})
export class PrepPageModule {}
