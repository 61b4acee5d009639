import { Module } from '@nestjs/common';
import { DocumentsModule } from '../documents/documents.module.js';
import { TodoLedgerService } from './todo-ledger.service.js';

/** What the worker needs of to-dos. */
@Module({ imports: [DocumentsModule], providers: [TodoLedgerService], exports: [TodoLedgerService] })
export class TodoLedgerModule {}
