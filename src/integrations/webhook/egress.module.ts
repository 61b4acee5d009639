import { Module } from '@nestjs/common';
import { EgressClient, RESOLVE_HOST, resolveBySystem } from './egress-client.js';

/** The one way out to receivers. */
@Module({ providers: [EgressClient, { provide: RESOLVE_HOST, useValue: resolveBySystem }], exports: [EgressClient] })
export class EgressModule {}
