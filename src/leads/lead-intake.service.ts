import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { isConsentAhead } from '../../domain/contactability/consent.js';
import type { ProfileValue } from '../../domain/condition/condition-facts.js';
import { unknownKey } from '../common/field-checks.js';
import { type FieldError, unprocessable } from '../common/problem.js';
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

/** What is wrong with when the lead agreed; nothing for most. `wallNow` in epoch milliseconds. */
export function consentProblems({ at }: CreateLead['consent'], wallNow: number): FieldError[] {
  if (!isConsentAhead(Date.parse(at), wallNow)) return [];
  return [{ path: 'consent.at', code: 'in_the_future', message: 'This instant is yet to come' }];
}

export interface LeadBirth {
  /** A new one when absent. */
  readonly id?: string | undefined;
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
  async insert(manager: EntityManager, input: CreateLead, birth: LeadBirth): Promise<string> {
    const [id = ''] = await this.insertMany(manager, [{ input, ...birth }]);
    return id;
  }

  /** The same for many, with as few statements; ids in the order of the leads. */
  async insertMany(
    manager: EntityManager,
    births: readonly (LeadBirth & { readonly input: CreateLead })[],
  ): Promise<string[]> {
    if (births.length === 0) return [];
    await this.checkCampaigns(manager, births);
    const origins = births.map(({ input }) => originOf(input));
    const marketers = await this.people.marketingPeopleFor(manager, origins);
    const suppressed = await this.suppressions.suppressedOf(
      manager,
      births.map(({ email }) => email),
    );
    const leads = births.map((birth, index) => {
      const marketerId = marketers[index]?.id ?? '';
      return leadRow(birth.id ?? uuidV7(), birth, { marketerId, contactable: !suppressed.has(birth.email) });
    });
    await insertRows(manager, LeadEntity, leads);
    await insertRows(manager, CustodyRecordEntity, leads.map(firstCustody));
    await this.scoring.rescoreMany(
      manager,
      leads.map(({ id, createdAt }) => ({ leadId: id, now: createdAt })),
    );
    return leads.map(({ id }) => id);
  }

  /** Those of the campaigns that there are. */
  async knownCampaigns(manager: EntityManager, keys: readonly string[]): Promise<Set<string>> {
    const known = new Set<string>();
    for (const key of new Set(keys)) if (await this.campaigns.byKey(manager, key)) known.add(key);
    return known;
  }

  /** Whether the score model in force knows the kind as a hand-raise; without a model everything goes. */
  async knowsHandRaise(manager: EntityManager, kind: string): Promise<boolean> {
    const model = await this.scoring.activeModel(manager);
    return model === undefined || model.body.handRaises.includes(kind);
  }

  /**
   * The hand-raise of an intake as an engagement. The same words of the same consent are one hand-raise, however often
   * they are sent. Throws 422 for a kind that is no hand-raise. `wallNow`: the lead's clock is the ingest's business.
   */
  async raiseHand(
    manager: EntityManager,
    lead: { readonly id: string; readonly now: Date },
    input: HandRaising,
    wallNow: Date,
  ): Promise<void> {
    await this.raiseHands(manager, [{ ...lead, input }], wallNow);
  }

  /** The same for many; who raises none is passed over. */
  async raiseHands(
    manager: EntityManager,
    leads: readonly { readonly id: string; readonly now: Date; readonly input: HandRaising }[],
    wallNow: Date,
  ): Promise<void> {
    const raising = leads.filter(({ input }) => input.handRaise !== undefined);
    if (raising.length === 0) return;
    for (const kind of new Set(raising.map(({ input }) => input.handRaise?.kind ?? ''))) {
      if (!(await this.knowsHandRaise(manager, kind))) throw noHandRaise();
    }
    const items = raising.map(({ id, now, input }) => ({
      source: INTAKE,
      eventId: eventIdOf(id, input),
      lead: { id },
      kind: input.handRaise?.kind ?? '',
      occurredAt: now,
      purpose: input.handRaise?.purpose ?? null,
    }));
    for (const result of await this.engagements.ingestIn(manager, items, wallNow)) {
      if (result.result === 'refused') throw result.problem.slug === 'invalid' ? noHandRaise() : result.problem;
    }
  }

  /** Whether the lead has raised its hand with these words before. */
  async hasRaised(manager: EntityManager, leadId: string, input: HandRaising): Promise<boolean> {
    const rows = await manager.query<unknown[]>('select 1 from engagements where source = $1 and event_id = $2', [
      INTAKE,
      eventIdOf(leadId, input),
    ]);
    return rows.length > 0;
  }

  /** Has the process of a new lead started. Its first look finds everything, so it needs no poke besides. */
  async announce(manager: EntityManager, leadId: string, wallNow: Date): Promise<void> {
    await this.announceMany(manager, 'new', [leadId], wallNow);
  }

  /** The same for many. */
  async announceMany(
    manager: EntityManager,
    lane: 'new' | 'bulk',
    leadIds: readonly string[],
    wallNow: Date,
  ): Promise<void> {
    if (leadIds.length === 0) return;
    await manager.query(`delete from outbox where lead_id = any($1) and lane = 'poke'`, [leadIds]);
    await this.outbox.addMany(manager, lane, leadIds, 0, wallNow);
  }

  private async checkCampaigns(manager: EntityManager, births: readonly { readonly input: CreateLead }[]) {
    const named = births.flatMap(({ input }) => input.campaign ?? []);
    const known = await this.knownCampaigns(manager, named);
    const unknown = named.find((key) => !known.has(key));
    if (unknown !== undefined) throw unprocessable([unknownKey('campaign', 'campaign', unknown)]);
  }
}

type HandRaising = Pick<CreateLead, 'handRaise' | 'consent'>;

function eventIdOf(leadId: string, { handRaise, consent }: HandRaising): string {
  const words = [handRaise?.kind ?? null, handRaise?.purpose ?? null, consent.at];
  return `${leadId}/${sha256(stableJson(words)).slice(0, 32)}`;
}

function originOf(input: CreateLead) {
  const profile: Record<string, ProfileValue> = input.profile ?? {};
  return {
    campaignKey: input.campaign ?? null,
    source: input.source,
    country: input.country ?? null,
    language: input.language ?? null,
    tags: input.tags ?? [],
    profile,
  };
}

function leadRow(
  id: string,
  { input, email, now, clockOffsetMs }: LeadBirth & { readonly input: CreateLead },
  { marketerId, contactable }: { readonly marketerId: string; readonly contactable: boolean },
) {
  return {
    ...originOf(input),
    id,
    email,
    name: input.name ?? null,
    company: input.company ?? null,
    title: input.title ?? null,
    phone: input.phone ?? null,
    timeZone: input.timeZone ?? null,
    consent: { ...input.consent },
    state: 'raw' as const,
    custody: 'marketing' as const,
    stateSinceAt: now,
    marketingPersonId: marketerId,
    salesPersonId: null,
    accountablePersonId: marketerId,
    clockOffsetMs,
    contactable,
    createdAt: now,
    updatedAt: now,
  };
}

const firstCustody = ({ id, marketingPersonId, createdAt }: ReturnType<typeof leadRow>) => ({
  id: nameUuid(`custody/${id}/created`),
  leadId: id,
  custody: 'marketing' as const,
  marketingPersonId,
  salesPersonId: null,
  accountablePersonId: marketingPersonId,
  sinceAt: createdAt,
  cause: 'created',
  ruleId: null,
  handoffNo: null,
});

const noHandRaise = () =>
  unprocessable([
    { path: 'handRaise.kind', code: 'unknown_hand_raise', message: 'The score model knows no hand-raise of this kind' },
  ]);
