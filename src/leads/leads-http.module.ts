import { Module } from '@nestjs/common';
import { LeadCadenceCommandsController } from './lead-cadence-commands.controller.js';
import { LeadCommandsController } from './lead-commands.controller.js';
import { LeadExplainController } from './lead-explain.controller.js';
import { LeadTimelineController } from './lead-timeline.controller.js';
import { LeadWordsController } from './lead-words.controller.js';
import { LeadsController } from './leads.controller.js';
import { PeopleModule } from '../people/people.module.js';
import { LeadsModule } from './leads.module.js';

@Module({
  imports: [LeadsModule, PeopleModule],
  controllers: [
    LeadsController,
    LeadTimelineController,
    LeadExplainController,
    LeadWordsController,
    LeadCommandsController,
    LeadCadenceCommandsController,
  ],
})
export class LeadsHttpModule {}
