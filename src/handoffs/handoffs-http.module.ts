import { Module } from '@nestjs/common';
import { DocumentsModule } from '../documents/documents.module.js';
import { HandoffDocumentsModule } from './document/handoff-documents.module.js';
import { MailModule } from '../integrations/mail/mail.module.js';
import { ProfileFactsModule } from '../leads/profile-facts.module.js';
import { PeopleModule } from '../people/people.module.js';
import { PlaybookModule } from './playbook/playbook.module.js';
import { PrepModule } from './prep/prep.module.js';
import { PrepPageModule } from './prep/prep-page.module.js';
import { ReasonsModule } from '../policies/reasons.module.js';
import { AirCoverReadModel } from './air-cover/air-cover.read-model.js';
import { AcceptPageController } from './accept-page.controller.js';
import { AcceptPageService } from './accept-page.service.js';
import { HandoffActorService } from './handoff-actor.service.js';
import { HandoffAnswersService } from './handoff-answers.service.js';
import { HandoffDecisionsController } from './handoff-decisions.controller.js';
import { HandoffDetailsService } from './handoff-details.service.js';
import { HandoffDocumentController } from './document/handoff-document.controller.js';
import { HandoffDecisionsService } from './handoff-decisions.service.js';
import { HandoffWordsService } from './handoff-words.service.js';
import { HandoffsController } from './handoffs.controller.js';
import { HandoffsReadModel } from './handoffs.read-model.js';
import { OfferLinkService } from './offer-link.service.js';
import { OutcomesController } from './outcomes.controller.js';

/** Handoffs over HTTP: list, show, decide, and the page behind the links of offer mails. */
@Module({
  imports: [
    DocumentsModule,
    HandoffDocumentsModule,
    MailModule,
    PeopleModule,
    PlaybookModule,
    PrepModule,
    PrepPageModule,
    ProfileFactsModule,
    ReasonsModule,
  ],
  controllers: [
    HandoffsController,
    HandoffDecisionsController,
    HandoffDocumentController,
    OutcomesController,
    AcceptPageController,
  ],
  providers: [
    HandoffsReadModel,
    HandoffActorService,
    AirCoverReadModel,
    HandoffDetailsService,
    HandoffAnswersService,
    HandoffWordsService,
    HandoffDecisionsService,
    AcceptPageService,
    OfferLinkService,
  ],
  exports: [HandoffsReadModel, HandoffDecisionsService],
})
export class HandoffsHttpModule {}
