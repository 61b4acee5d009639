import { Module, type DynamicModule } from '@nestjs/common';
import { CampaignsHttpModule } from '../../src/campaigns/campaigns-http.module.js';
import { CommonModule, HttpFrameModule } from '../../src/common/common.module.js';
import { ApiKeysService } from '../../src/common/auth/api-keys.service.js';
import type { Scope } from '../../src/common/auth/caller.js';
import type { Config } from '../../src/config/config.js';
import { ConfigModule } from '../../src/config/config.module.js';
import { DatabaseModule } from '../../src/database/database.module.js';
import { DocumentsHttpModule } from '../../src/documents/documents-http.module.js';
import { PeopleHttpModule } from '../../src/people/people-http.module.js';
import { ReasonsHttpModule } from '../../src/policies/reasons-http.module.js';
import { ScoringModule } from '../../src/scoring/scoring.module.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { TemporalModule } from '../../src/temporal/temporal.module.js';

@Module({})
class RecordAppModule {}

const recordApp = (config: Config): DynamicModule => ({
  module: RecordAppModule,
  imports: [
    ...[ConfigModule.forRoot(config), DatabaseModule, CommonModule, HttpFrameModule],
    ...[
      TemporalModule.forRoot(),
      PeopleHttpModule,
      CampaignsHttpModule,
      ReasonsHttpModule,
      DocumentsHttpModule,
      ScoringModule,
    ],
  ],
});

/** The addresses of the record alone: nothing here needs Temporal or SMTP. */
export const startRecordApp = (databaseUrl: string): Promise<TestApp> => startTestApp(databaseUrl, recordApp);

/** A key of that person. */
export async function keyOf(app: TestApp, personId: string, ...scopes: Scope[]): Promise<string> {
  const key = { name: scopes.join(' '), personId, scopes };
  return (await app.app.get(ApiKeysService).create(app.dataSource.manager, key, new Date())).token;
}
