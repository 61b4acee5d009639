import { type DynamicModule, Inject, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Client } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import { lazyConnection } from '../common/lazy-connection.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { LeadHandleService } from './lead-handle.service.js';
import { TEMPORAL_CLIENT } from './temporal-client.token.js';
import { OutboxService } from './outbox.service.js';

/** Closes the connection this process opened itself. */
@Injectable()
class ClientShutdown implements OnApplicationShutdown {
  constructor(@Inject(TEMPORAL_CLIENT) private readonly client: Client) {}

  async onApplicationShutdown(): Promise<void> {
    await this.client.connection.close();
  }
}

/** The Temporal client with the typed façade over leads. */
@Module({})
export class TemporalModule {
  /**
   * With the worker's own connection new leads start eagerly in the same process. Without one the connection is lazy: the
   * api starts and takes facts in while Temporal is away.
   */
  static forRoot(native?: NativeConnection): DynamicModule {
    return {
      module: TemporalModule,
      global: true,
      providers: [
        LeadHandleService,
        OutboxService,
        {
          provide: TEMPORAL_CLIENT,
          inject: [CONFIG],
          useFactory: ({ temporal }: Config) =>
            new Client({
              connection: native ?? lazyConnection(temporal.address),
              namespace: temporal.namespace,
            }),
        },
        ...(native ? [] : [ClientShutdown]),
      ],
      exports: [LeadHandleService, OutboxService, TEMPORAL_CLIENT],
    };
  }
}
