import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { describeCondition } from '../../domain/condition/describe-condition.js';
import { evaluateCondition } from '../../domain/condition/evaluate-condition.js';
import { buildPacket } from '../../domain/handoff/build-packet.js';
import type { Packet, PacketInput, ToldEngagement } from '../../domain/handoff/packet.js';
import { gradeProfile } from '../../domain/scoring/grade-profile.js';
import { scoreAt } from '../../domain/scoring/score-at.js';
import { DocumentsService, type DocumentVersion } from '../documents/documents.service.js';
import { EngagementsReadModel } from '../engagements/engagements.read-model.js';
import type { LeadFacts } from '../leads/lead-facts.service.js';
import { ScoringService } from '../scoring/scoring.service.js';
import { type EarlierHandoff, PacketSourcesReadModel } from './packet-sources.read-model.js';

/** A story longer than this is cut to its end anyway. */
const MAX_ENGAGEMENTS = 2_000;

export interface PacketRequest {
  readonly no: number;
  /** Epoch milliseconds on the lead's clock. */
  readonly at: number;
  readonly qualifiedBy: Packet['qualified']['by'];
  readonly qualifiedAt: number;
  readonly ruleId: string | null;
  readonly definition: DocumentVersion<'definition'> | undefined;
  readonly missing: readonly string[];
  /** The version of the checklists it falls under. */
  readonly prepVersionId: string | undefined;
  /** Where the reason of a push or an `offer` step stands. */
  readonly noteId?: string | undefined;
  readonly offerStep?: { readonly versionId: string; readonly step: string } | undefined;
  readonly earlier: readonly EarlierHandoff[];
}

/** Puts together what a rep needs to know, as the record says it at the offer. */
@Injectable()
export class HandoffPacketsService {
  constructor(
    private readonly documents: DocumentsService,
    private readonly engagements: EngagementsReadModel,
    private readonly scoring: ScoringService,
    private readonly sources: PacketSourcesReadModel,
  ) {}

  /** Handoffs of the lead before `no`, oldest first. */
  earlier(manager: EntityManager, leadId: string, no: number): Promise<EarlierHandoff[]> {
    return this.sources.earlier(manager, leadId, no);
  }

  async build(manager: EntityManager, known: LeadFacts, request: PacketRequest): Promise<Packet> {
    const { lead, facts, score } = known;
    const { at, no, definition, ruleId } = request;
    const told = (await this.engagements.list(manager, lead.id, { limit: MAX_ENGAGEMENTS })).filter(
      (engagement) => engagement.class !== 'machine',
    );
    const seqs = new Map(told.map(({ id, seq }) => [id, seq]));
    const model = await this.scoring.activeModel(manager, new Date(at));
    const rule = definition?.body.rules.find((candidate) => candidate.id === ruleId);
    const { campaignKey } = lead;
    const campaign = campaignKey === null ? null : await this.sources.campaignName(manager, campaignKey);
    return buildPacket({
      handoffNo: no,
      at,
      lead: {
        name: lead.name,
        title: lead.title,
        company: lead.company,
        email: lead.email,
        phone: lead.phone,
        country: lead.country,
        language: lead.language,
        timeZone: lead.timeZone,
        consent: consentOf(lead.consent),
      },
      source: lead.source,
      campaign: campaignKey === null ? null : { key: campaignKey, name: campaign },
      qualified: {
        by: request.qualifiedBy,
        at: request.qualifiedAt,
        ruleId,
        rule: rule === undefined ? null : describeCondition(rule.when),
        definition:
          definition === undefined
            ? null
            : { key: definition.key, version: definition.version, versionId: definition.id },
        reason: await this.reason(manager, request),
      },
      grade: facts.grade,
      score: facts.scoreAt(at),
      gradeItems: model ? gradeProfile(model.body, (when) => evaluateCondition(when, facts, at)).items : [],
      scoreItems: score.items.map((item) => ({
        seq: item.engagementId === null ? null : (seqs.get(item.engagementId) ?? null),
        ruleId: item.ruleId,
        at: item.at,
        points: item.points,
        pointsNow: scoreAt([item], score.multipliers, at),
      })),
      engagements: told.map(
        ({ seq, kind, at: instant, properties, handRaise, purpose }): ToldEngagement => ({
          seq,
          kind,
          at: instant.getTime(),
          properties,
          handRaise,
          purpose,
        }),
      ),
      touchTitles: await this.sources.touchTitles(manager, lead.id),
      prep: await this.checklists(manager, request.prepVersionId),
      missingMandatory: request.missing,
      earlier: request.earlier.map(({ no: number, state, assignee, decidedAt, reason, note }) => ({
        no: number,
        state,
        assignee,
        decidedAt,
        reason,
        note,
      })),
      insights: await this.sources.insights(manager, lead.id),
    });
  }

  private async checklists(manager: EntityManager, id: string | undefined): Promise<PacketInput['prep']> {
    return id === undefined ? undefined : (await this.documents.load(manager, 'prep', id))?.body;
  }

  private async reason(manager: EntityManager, { noteId, offerStep }: PacketRequest): Promise<string | null> {
    if (noteId !== undefined) return this.sources.note(manager, noteId);
    if (offerStep === undefined) return null;
    const cadence = await this.documents.load(manager, 'cadence', offerStep.versionId);
    const step = cadence?.body.steps.find(({ id }) => id === offerStep.step);
    return step && 'offer' in step ? step.offer.reason : null;
  }

  /** The version that qualified the lead, else undefined. */
  async definition(manager: EntityManager, id: string | null): Promise<DocumentVersion<'definition'> | undefined> {
    return id === null ? undefined : this.documents.load(manager, 'definition', id);
  }
}

function consentOf(consent: Readonly<Record<string, unknown>> | null): PacketInput['lead']['consent'] {
  const { basis, at } = consent ?? {};
  const instant = typeof at === 'string' ? Date.parse(at) : Number.NaN;
  return typeof basis === 'string' && !Number.isNaN(instant) ? { basis, at: instant } : null;
}
