import { Module } from '@nestjs/common';
import { DocumentsModule } from '../documents/documents.module.js';
import { WebhookLedgerService } from './webhook-ledger.service.js';

/** What the sync of leads needs of webhooks. */
@Module({ imports: [DocumentsModule], providers: [WebhookLedgerService], exports: [WebhookLedgerService] })
export class WebhookLedgerModule {}
