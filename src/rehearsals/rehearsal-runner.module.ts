import { type DynamicModule, Module } from '@nestjs/common';
import { RehearsalLedgerService } from './rehearsal-ledger.service.js';
import { RehearsalRunnerService } from './rehearsal-runner.service.js';
import { RehearsalStageService } from './rehearsal-stage.service.js';
import { SandboxSchemaService } from './sandbox-schema.service.js';
import { START_SANDBOX, type StartSandbox } from './start-sandbox.token.js';

/** Running rehearsals; only the worker imports it. */
@Module({})
export class RehearsalRunnerModule {
  static forRoot(startSandbox: StartSandbox): DynamicModule {
    return {
      module: RehearsalRunnerModule,
      providers: [
        RehearsalLedgerService,
        RehearsalRunnerService,
        RehearsalStageService,
        SandboxSchemaService,
        { provide: START_SANDBOX, useValue: startSandbox },
      ],
      exports: [RehearsalRunnerService],
    };
  }
}
