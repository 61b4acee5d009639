import { Module } from '@nestjs/common';
import { EngagementsModule } from '../engagements/engagements.module.js';
import { HandoffsHttpModule } from '../handoffs/handoffs-http.module.js';
import { LeadsModule } from '../leads/leads.module.js';
import { PeopleModule } from '../people/people.module.js';
import { TodosHttpModule } from '../todos/todos-http.module.js';
import { RehearsalPlayService } from './rehearsal-play.service.js';
import { RehearsalTrackModule } from './rehearsal-track.module.js';
import { SandboxLeadService } from './sandbox-lead.service.js';
import { SandboxRelayService } from './sandbox-relay.service.js';
import { ScriptDeedsService } from './script-deeds.service.js';

/** What a sandbox has besides what a worker has: the one who plays. */
@Module({
  imports: [EngagementsModule, HandoffsHttpModule, LeadsModule, PeopleModule, RehearsalTrackModule, TodosHttpModule],
  providers: [RehearsalPlayService, SandboxLeadService, SandboxRelayService, ScriptDeedsService],
})
export class SandboxModule {}
