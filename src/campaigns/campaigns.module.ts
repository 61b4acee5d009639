import { Module } from '@nestjs/common';
import { PeopleModule } from '../people/people.module.js';
import { CampaignsService } from './campaigns.service.js';

@Module({ imports: [PeopleModule], providers: [CampaignsService], exports: [CampaignsService] })
export class CampaignsModule {}
