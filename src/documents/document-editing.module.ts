import { Module } from '@nestjs/common';
import { CampaignsModule } from '../campaigns/campaigns.module.js';
import { PeopleModule } from '../people/people.module.js';
import { ReasonsModule } from '../policies/reasons.module.js';
import { HeldTouchesModule } from '../touches/held-touches.module.js';
import { WebhookEndpointsModule } from '../webhooks/webhook-endpoints.module.js';
import { DocumentEditingService } from './document-editing.service.js';
import { DocumentLinterService } from './document-linter.service.js';
import { DocumentSignaturesService } from './document-signatures.service.js';
import { DocumentsModule } from './documents.module.js';
import { StoredDocumentsReadModel } from './stored-documents.read-model.js';

/** Drafts, lint, signatures and publishing, for the api and the commands. */
@Module({
  imports: [CampaignsModule, DocumentsModule, HeldTouchesModule, PeopleModule, ReasonsModule, WebhookEndpointsModule],
  providers: [DocumentEditingService, DocumentLinterService, DocumentSignaturesService, StoredDocumentsReadModel],
  exports: [
    DocumentEditingService,
    DocumentSignaturesService,
    DocumentsModule,
    HeldTouchesModule,
    StoredDocumentsReadModel,
  ],
})
export class DocumentEditingModule {}
