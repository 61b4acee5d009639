import { Module } from '@nestjs/common';
import { CampaignsModule } from '../campaigns/campaigns.module.js';
import { DocumentLinterService } from '../documents/document-linter.service.js';
import { DocumentsModule } from '../documents/documents.module.js';
import { PeopleModule } from '../people/people.module.js';
import { ReasonsModule } from '../policies/reasons.module.js';
import { WebhookEndpointsModule } from '../webhooks/webhook-endpoints.module.js';
import { RehearsalLedgerService } from './rehearsal-ledger.service.js';
import { RehearsalsService } from './rehearsals.service.js';

/** Taking rehearsals on. */
@Module({
  imports: [CampaignsModule, DocumentsModule, PeopleModule, ReasonsModule, WebhookEndpointsModule],
  providers: [DocumentLinterService, RehearsalLedgerService, RehearsalsService],
  exports: [RehearsalsService],
})
export class RehearsalsModule {}
