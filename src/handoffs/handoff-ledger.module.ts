import { Module } from '@nestjs/common';
import { HandoffLedgerService } from './handoff-ledger.service.js';

/** The part of handoffs that a lead's sync writes; apart, since offering needs the lead's facts. */
@Module({ providers: [HandoffLedgerService], exports: [HandoffLedgerService] })
export class HandoffLedgerModule {}
