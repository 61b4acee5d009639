import { Module } from '@nestjs/common';
import { PeopleModule } from '../people/people.module.js';
import { CampaignsController } from './campaigns.controller.js';
import { CampaignsModule } from './campaigns.module.js';

/** What the api process adds. */
@Module({ imports: [CampaignsModule, PeopleModule], controllers: [CampaignsController] })
export class CampaignsHttpModule {}
