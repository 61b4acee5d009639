import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { ProfileValue } from '../../domain/condition/condition-facts.js';
import { unknownKey } from '../common/field-checks.js';
import { unprocessable } from '../common/problem.js';
import { sha256, stableJson } from '../common/stable-json.js';
import { CampaignsService } from '../campaigns/campaigns.service.js';
import { insertRows } from '../database/insert-rows.js';
import { nameUuid } from '../database/name-uuid.js';
import { uuidV7 } from '../database/uuid-v7.js';
import { EngagementsService } from '../engagements/engagements.service.js';
import { PeopleService } from '../people/people.service.js';
import { ScoringService } from '../scoring/scoring.service.js';
import { OutboxService } from '../temporal/outbox.service.js';
import { SuppressionsService } from '../touches/suppressions.service.js';
import { CustodyRecordEntity } from './custody-record.entity.js';
import { LeadEntity } from './lead.entity.js';
import type { CreateLead } from './leads.schema.js';

/** Source under which hand-raises that came with an intake are counted. */
const INTAKE = 'intake';

export interface LeadBirth {
  /** Normalised. */
  readonly email: string;
  /** On the lead's clock. */
  readonly now: Date;
  readonly clockOffsetMs: number;
}

/** Writes the rows of a lead that comes in; joins the caller's transaction, which holds the lead's identities. */
@Injectable()
export class LeadIntakeService {
  constructor(
    private readonly people: PeopleService,
    private readonly campaigns: CampaignsService,
    private readonly scoring: ScoringService,
    private readonly suppressions: SuppressionsService,
    private readonly engagements: EngagementsService,
    private readonly outbox: OutboxService,
  ) {}

  /** A new lead with its first custody record, grade and start score. Throws 422 for an unknown campaign. */
  async insert(manager: EntityManager, input: CreateLead, { email, now, clockOffsetMs }: LeadBirth): Promise<string> {
    const campaignKey = input.campaign ?? null;
    if (campaignKey !== null && (await this.campaigns.byKey(manager, campaignKey)) === undefined) {
      throw unprocessable([unknownKey('campaign', 'campaign', campaignKey)]);
    }
    const profile: Record<string, ProfileValue> = input.profile ?? {};
    const tags = input.tags ?? [];
    const [country, language] = [input.country ?? null, input.language ?? null];
    const origin = { campaignKey, source: input.source, country, language, tags, profile };
    const marketer = await this.people.marketingPersonFor(manager, origin);
    const id = uuidV7();
    await insertRows(manager, LeadEntity, [
      {
        id,
        email,
        name: input.name ?? null,
        company: input.company ?? null,
        title: input.title ?? null,
        phone: input.phone ?? null,
        country,
        timeZone: input.timeZone ?? null,
        language,
        profile,
        tags,
        source: input.source,
        campaignKey,
        consent: { ...input.consent },
        state: 'raw',
        custody: 'marketing',
        stateSinceAt: now,
        marketingPersonId: marketer.id,
        salesPersonId: null,
        accountablePersonId: marketer.id,
        clockOffsetMs,
        contactable: !(await this.suppressions.isSuppressed(manager, email)),
        createdAt: now,
        updatedAt: now,
      },
    ]);
    await insertRows(manager, CustodyRecordEntity, [
      {
        id: nameUuid(`custody/${id}/created`),
        leadId: id,
        custody: 'marketing',
        marketingPersonId: marketer.id,
        salesPersonId: null,
        accountablePersonId: marketer.id,
        sinceAt: now,
        cause: 'created',
        ruleId: null,
        handoffNo: null,
      },
    ]);
    await this.scoring.rescore(manager, id, now);
    return id;
  }

  /**
   * The hand-raise of an intake as an engagement. The same words of the same consent are one hand-raise, however often
   * they are sent. Throws 422 for a kind that is no hand-raise. `wallNow`: the lead's clock is the ingest's business.
   */
  async raiseHand(
    manager: EntityManager,
    lead: { readonly id: string; readonly now: Date },
    input: Pick<CreateLead, 'handRaise' | 'consent'>,
    wallNow: Date,
  ): Promise<void> {
    const { handRaise, consent } = input;
    if (handRaise === undefined) return;
    const { kind, purpose } = handRaise;
    const model = await this.scoring.activeModel(manager);
    if (model && !model.body.handRaises.includes(kind)) throw noHandRaise();
    const eventId = `${lead.id}/${sha256(stableJson([kind, purpose ?? null, consent.at])).slice(0, 32)}`;
    const item = {
      source: INTAKE,
      eventId,
      lead: { id: lead.id },
      kind,
      occurredAt: lead.now,
      purpose: purpose ?? null,
    };
    const [result] = await this.engagements.ingestIn(manager, [item], wallNow);
    if (result?.result === 'refused') throw result.problem.slug === 'invalid' ? noHandRaise() : result.problem;
  }

  /** Has the process of a new lead started. Its first look finds everything, so it needs no poke besides. */
  async announce(manager: EntityManager, leadId: string, wallNow: Date): Promise<void> {
    await manager.query(`delete from outbox where lead_id = $1 and lane = 'poke'`, [leadId]);
    await this.outbox.add(manager, 'new', leadId, 0, wallNow);
  }
}

const noHandRaise = () =>
  unprocessable([
    { path: 'handRaise.kind', code: 'unknown_hand_raise', message: 'The score model knows no hand-raise of this kind' },
  ]);
