import { Module } from '@nestjs/common';
import { DocumentsModule } from '../../documents/documents.module.js';
import { PrepLedgerService } from './prep-ledger.service.js';

/** The part of prep that a lead's sync writes. */
@Module({ imports: [DocumentsModule], providers: [PrepLedgerService], exports: [PrepLedgerService] })
export class PrepLedgerModule {}
