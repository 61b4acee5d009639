import { Module } from '@nestjs/common';
import { DocumentsModule } from '../documents/documents.module.js';
import { MissingFieldTodosService } from './missing-field-todos.service.js';
import { TodoLedgerService } from './todo-ledger.service.js';

/** What the worker needs of to-dos. */
@Module({
  imports: [DocumentsModule],
  providers: [MissingFieldTodosService, TodoLedgerService],
  exports: [MissingFieldTodosService, TodoLedgerService],
})
export class TodoLedgerModule {}
