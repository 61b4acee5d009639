import { type DynamicModule, Module } from '@nestjs/common';
import { CadencesHttpModule } from './cadences/cadences-http.module.js';
import { CampaignsHttpModule } from './campaigns/campaigns-http.module.js';
import { CommonModule, HttpFrameModule } from './common/common.module.js';
import type { Config } from './config/config.js';
import { ConfigModule } from './config/config.module.js';
import { DatabaseModule } from './database/database.module.js';
import { DocumentsHttpModule } from './documents/documents-http.module.js';
import { EngagementsModule } from './engagements/engagements.module.js';
import { HandoffsHttpModule } from './handoffs/handoffs-http.module.js';
import { ImportsHttpModule } from './imports/imports-http.module.js';
import { JobsHttpModule } from './jobs/jobs-http.module.js';
import { LeadsHttpModule } from './leads/leads-http.module.js';
import { OperationsHttpModule } from './operations/operations-http.module.js';
import { PeopleHttpModule } from './people/people-http.module.js';
import { ReasonsHttpModule } from './policies/reasons-http.module.js';
import { RehearsalsHttpModule } from './rehearsals/rehearsals-http.module.js';
import { TemporalModule } from './temporal/temporal.module.js';
import { TemplatesHttpModule } from './templates/templates-http.module.js';
import { TodosHttpModule } from './todos/todos-http.module.js';
import { BreakersHttpModule } from './breakers/breakers-http.module.js';
import { TouchesHttpModule } from './touches/touches-http.module.js';
import { WebhooksHttpModule } from './webhooks/webhooks-http.module.js';

/** The api process: the frame and every feature. */
@Module({})
export class AppModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot(config),
        DatabaseModule,
        CommonModule,
        HttpFrameModule,
        TemporalModule.forRoot(),
        CadencesHttpModule,
        CampaignsHttpModule,
        DocumentsHttpModule,
        EngagementsModule,
        HandoffsHttpModule,
        ImportsHttpModule,
        JobsHttpModule,
        LeadsHttpModule,
        OperationsHttpModule,
        PeopleHttpModule,
        ReasonsHttpModule,
        RehearsalsHttpModule,
        TemplatesHttpModule,
        TodosHttpModule,
        TouchesHttpModule,
        BreakersHttpModule,
        WebhooksHttpModule,
      ],
    };
  }
}
