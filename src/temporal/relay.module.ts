import { Module } from '@nestjs/common';
import { OutboxRelayService } from './outbox-relay.service.js';

/** The relay; only the worker imports it. */
@Module({ providers: [OutboxRelayService], exports: [OutboxRelayService] })
export class RelayModule {}
