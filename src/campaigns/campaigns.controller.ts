import { Controller, Get, Put } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { DataSource, type EntityManager } from 'typeorm';
import type { z } from 'zod';
import { keyField } from '../../domain/document-field.schema.js';
import { Caller } from '../common/auth/caller.js';
import { Scopes } from '../common/auth/scopes.decorator.js';
import { ZodBody, ZodParam, ZodQuery } from '../common/body.js';
import { pageByKey, withKey } from '../common/list-by-key.js';
import type { Page } from '../common/pagination.js';
import { notFound } from '../common/problem.js';
import { inTransaction } from '../database/transaction.js';
import { PeopleService, type Person } from '../people/people.service.js';
import {
  campaignAnswerSchema,
  campaignPageSchema,
  listCampaignsSchema,
  putCampaignSchema,
} from './campaigns.schema.js';
import { type Campaign, CampaignsService } from './campaigns.service.js';

type Answer = z.output<typeof campaignAnswerSchema>;

function present(campaign: Campaign, people: ReadonlyMap<string, Person>): Answer {
  const owner = people.get(campaign.ownerId);
  if (owner === undefined) throw new Error(`the owner of ${campaign.key} is missing`);
  return {
    key: campaign.key,
    name: campaign.name,
    source: campaign.source,
    owner: { id: owner.id, key: owner.key, name: owner.name },
    country: campaign.country,
    language: campaign.language,
    zone: campaign.zone,
    cost: campaign.cost === null ? null : { amount: campaign.cost.amount, currency: campaign.cost.currency },
    startScore: campaign.startScore,
  };
}

@ApiTags('Campaigns')
@Controller('v1/campaigns')
@Scopes('marketing', 'sales', 'admin')
export class CampaignsController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly campaigns: CampaignsService,
    private readonly people: PeopleService,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Campaigns, by key' })
  @ApiResponse({ status: 200, standardSchema: campaignPageSchema })
  async list(@ZodQuery(listCampaignsSchema) query: z.output<typeof listCampaignsSchema>): Promise<Page<Answer>> {
    const { manager } = this.dataSource;
    const campaigns = await this.campaigns.list(manager);
    const owners = await this.people.byIds(
      manager,
      campaigns.map((campaign) => campaign.ownerId),
    );
    return pageByKey(
      campaigns,
      query,
      (campaign) => campaign.key,
      (campaign) => present(campaign, owners),
    );
  }

  @Get(':key')
  @ApiOperation({ summary: 'One campaign' })
  @ApiResponse({ status: 200, standardSchema: campaignAnswerSchema })
  async get(@ZodParam('key', keyField) key: string): Promise<Answer> {
    const campaign = await this.campaigns.byKey(this.dataSource.manager, key);
    if (campaign === undefined) throw notFound();
    return this.answer(this.dataSource.manager, campaign);
  }

  @Put(':key')
  @Scopes('marketing', 'admin')
  @ApiOperation({ summary: 'Set a campaign' })
  @ApiResponse({ status: 200, standardSchema: campaignAnswerSchema })
  async put(
    @ZodParam('key', keyField) key: string,
    @ZodBody(putCampaignSchema) body: z.output<typeof putCampaignSchema>,
    @Caller() caller: Caller,
  ): Promise<Answer> {
    const { note, ...document } = withKey(key, body);
    const change = { actorId: caller.personId, now: new Date(), note };
    return inTransaction(this.dataSource, async (manager) =>
      this.answer(manager, await this.campaigns.put(manager, document, change)),
    );
  }

  private async answer(manager: EntityManager, campaign: Campaign): Promise<Answer> {
    return present(campaign, await this.people.byIds(manager, [campaign.ownerId]));
  }
}
