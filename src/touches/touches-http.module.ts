import { Module } from '@nestjs/common';
import { EngagementsModule } from '../engagements/engagements.module.js';
import { MailModule } from '../integrations/mail/mail.module.js';
import { PeopleModule } from '../people/people.module.js';
import { ClickController } from './click.controller.js';
import { TouchDoubtsService } from './touch-doubts.service.js';
import { TouchesController } from './touches.controller.js';
import { TouchLinksReadModel } from './touch-links.read-model.js';
import { TouchListReadModel } from './touch-list.read-model.js';
import { UnsubscribeController } from './unsubscribe.controller.js';

/** The touch ledger for operators, and the links that stand in mails to leads: click and unsubscribe. */
@Module({
  imports: [EngagementsModule, MailModule, PeopleModule],
  controllers: [ClickController, TouchesController, UnsubscribeController],
  providers: [TouchDoubtsService, TouchLinksReadModel, TouchListReadModel],
})
export class TouchesHttpModule {}
