import { Module } from '@nestjs/common';
import { PlaybookModule } from './playbook/playbook.module.js';
import { PrepLedgerModule } from './prep/prep-ledger.module.js';
import { HandoffLedgerService } from './handoff-ledger.service.js';

/** The part of handoffs that a lead's sync writes; apart, since offering needs the lead's facts. */
@Module({
  imports: [PlaybookModule, PrepLedgerModule],
  providers: [HandoffLedgerService],
  exports: [HandoffLedgerService],
})
export class HandoffLedgerModule {}
