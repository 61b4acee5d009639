import { type DynamicModule, Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CommonModule, HttpFrameModule } from '../../src/common/common.module.js';
import type { Config } from '../../src/config/config.js';
import { ConfigModule } from '../../src/config/config.module.js';
import { DatabaseModule } from '../../src/database/database.module.js';
import { uuidV7 } from '../../src/database/uuid-v7.js';
import { HandoffsHttpModule } from '../../src/handoffs/handoffs-http.module.js';
import { HandoffLedgerModule } from '../../src/handoffs/handoff-ledger.module.js';
import { PrepMailsModule } from '../../src/handoffs/prep/prep-mails.module.js';
import { HandoffsModule } from '../../src/handoffs/handoffs.module.js';
import { ApiKeysService } from '../../src/common/auth/api-keys.service.js';
import type { Scope } from '../../src/common/auth/caller.js';
import { LeadHandleService } from '../../src/temporal/lead-handle.service.js';
import { OutboxService } from '../../src/temporal/outbox.service.js';
import { NoticePreferencesHttpModule } from '../../src/people/notice-preferences-http.module.js';
import { TouchesHttpModule } from '../../src/touches/touches-http.module.js';
import { TouchesModule } from '../../src/touches/touches.module.js';
import { FakeLeadHandle } from '../fakes/lead-handle.fake.js';
import { seedWorkspace, type Workspace } from '../factories/sales-workspace.factory.js';
import { createTestDatabase } from './stack.js';
import { startTestApp, type TestApp } from './test-app.js';

@Module({})
class FakeTemporalModule {}

const moduleOf = (config: Config): DynamicModule => ({
  module: FakeTemporalModule,
  imports: [
    ConfigModule.forRoot(config),
    DatabaseModule,
    CommonModule,
    HttpFrameModule,
    {
      module: class FakeLeads {},
      global: true,
      providers: [
        OutboxService,
        {
          provide: LeadHandleService,
          inject: [DataSource],
          useFactory: (dataSource: DataSource) => new FakeLeadHandle(dataSource),
        },
      ],
      exports: [LeadHandleService, OutboxService],
    },
    HandoffsHttpModule,
    HandoffsModule,
    HandoffLedgerModule,
    PrepMailsModule,
    NoticePreferencesHttpModule,
    TouchesModule,
    TouchesHttpModule,
  ],
});

export interface SalesApp extends TestApp {
  readonly workspace: Workspace;
  readonly leads: FakeLeadHandle;
  /** A key of that person. */
  keyOf(personId: string, ...scopes: Scope[]): Promise<string>;
}

/** The sales side of the api on a seeded workspace, with a lead's process played by the record. */
export async function startSalesApp(): Promise<SalesApp> {
  const database = await createTestDatabase();
  const app = await startTestApp(database.url, moduleOf);
  const workspace = await seedWorkspace(app.dataSource);
  return {
    ...app,
    workspace,
    leads: app.app.get<LeadHandleService, FakeLeadHandle>(LeadHandleService),
    async keyOf(personId, ...scopes) {
      const made = { name: `${scopes.join(' ')} ${uuidV7()}`, personId, scopes };
      return (await app.app.get(ApiKeysService).create(app.dataSource.manager, made, new Date())).token;
    },
    async close() {
      await app.close();
      await database.drop();
    },
  };
}
