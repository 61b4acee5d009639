import { Module } from '@nestjs/common';
import { DocumentsModule } from '../../documents/documents.module.js';
import { PeopleModule } from '../../people/people.module.js';
import { AttemptsReadModel } from './attempts.read-model.js';
import { PlaybookLedgerService } from './playbook-ledger.service.js';
import { PlaybookService } from './playbook.service.js';

/** How often sales tries to reach a lead, and what came of it. */
@Module({
  imports: [DocumentsModule, PeopleModule],
  providers: [AttemptsReadModel, PlaybookLedgerService, PlaybookService],
  exports: [PlaybookLedgerService, PlaybookService],
})
export class PlaybookModule {}
