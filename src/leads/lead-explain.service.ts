import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { compileCadence } from '../../domain/cadence/compile-cadence.js';
import type { Grade } from '../../domain/condition/condition-facts.js';
import { type LeadExplanation, explainLead } from '../../domain/lead/explain-lead.js';
import type { ExplainNames, NamedDefinition } from '../../domain/lead/explain-words.js';
import type { LeadProcess } from '../../domain/lead/lead-process.js';
import { scoreAt } from '../../domain/scoring/score-at.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { DocumentsService } from '../documents/documents.service.js';
import { PeopleService } from '../people/people.service.js';
import { ReasonsService } from '../policies/reasons.service.js';
import { workflowIdOf } from '../temporal/lead-start.js';
import { leadClock } from './lead-clock.js';
import { type LeadFacts, LeadFactsService } from './lead-facts.service.js';
import { LeadPlanningService } from './lead-planning.service.js';
import type { PersonName } from './leads.read-model.js';
import { storedProcess } from './stored-process.js';

/** Items of the ledger that are shown; the rest is old and faded. */
const MAX_ITEMS = 500;

export interface ExplainedScoreItem {
  readonly ruleId: string;
  readonly points: number;
  /** What is left of the points at the instant of the explanation. */
  readonly now: number;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly engagementId: string | null;
  readonly capped: boolean;
}

export interface ExplainedLead {
  readonly explanation: LeadExplanation;
  readonly rule: { readonly id: string; readonly definition: string | null; readonly version: number | null } | null;
  readonly score: {
    readonly grade: Grade;
    readonly engagement: number;
    readonly items: readonly ExplainedScoreItem[];
  };
  readonly accountable: PersonName;
  readonly workflow: { readonly id: string; readonly uiUrl: string | null };
}

/** Gathers what `explainLead` needs. Reads only. */
@Injectable()
export class LeadExplainService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly facts: LeadFactsService,
    private readonly documents: DocumentsService,
    private readonly planning: LeadPlanningService,
    private readonly people: PeopleService,
    private readonly reasons: ReasonsService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** As of now on the lead's clock; undefined when there is no such lead. */
  async explain(leadId: string, wallNow: Date): Promise<ExplainedLead | undefined> {
    const { manager } = this.dataSource;
    const known = await this.facts.load(manager, leadId);
    if (!known) return undefined;
    const { lead, facts, score } = known;
    const now = leadClock(lead, wallNow).getTime();
    const explanation = await this.explainKnown(manager, known, now);
    const accountable = await this.people.byId(manager, lead.accountablePersonId);
    const items = score.items.slice(-MAX_ITEMS).map((item) => ({
      ruleId: item.ruleId,
      points: item.points,
      now: scoreAt([item], score.multipliers, now),
      at: item.at,
      engagementId: item.engagementId,
      capped: item.capped,
    }));
    return {
      explanation,
      rule: await this.ruleOf(manager, storedProcess(lead)),
      score: { grade: facts.grade, engagement: facts.scoreAt(now), items },
      accountable: { id: lead.accountablePersonId, name: accountable?.name ?? '' },
      workflow: this.workflowOf(leadId),
    };
  }

  /** `now` in epoch milliseconds on the lead's clock. */
  async explainKnown(manager: EntityManager, known: LeadFacts, now: number): Promise<LeadExplanation> {
    const { lead, facts } = known;
    const process = storedProcess(lead);
    const definitions = await this.documents.listEffective(manager, 'definition', new Date(now));
    const versionId = process.enrollment?.versionId;
    const cadence = versionId === undefined ? undefined : await this.documents.load(manager, 'cadence', versionId);
    return explainLead({
      process,
      facts,
      definitions: definitions.map(({ id, body }) => ({ id, document: body })),
      cadence: cadence?.body,
      plan: cadence && compileCadence(cadence.body, { version: cadence.version, versionId: cadence.id }),
      standing: process.enrollment && (await this.planning.standing(manager, lead.id, process.enrollment)),
      now,
      zone: await this.planning.zoneOf(manager, lead.id),
      names: await this.namesOf(manager, process, definitions),
    });
  }

  private async namesOf(
    manager: EntityManager,
    process: LeadProcess,
    effective: readonly { id: string; key: string; version: number; body: NamedDefinition['document'] }[],
  ): Promise<ExplainNames> {
    const people = await this.people.byIds(manager, personIds(process));
    const labels = new Map((await this.reasons.list(manager)).map((reason) => [reason.code, reason.label]));
    const definitions = new Map(effective.map(({ id, key, version, body }) => [id, { key, version, document: body }]));
    const pinned = process.handoff?.definitionVersionId;
    if (pinned && !definitions.has(pinned)) {
      const version = await this.documents.load(manager, 'definition', pinned);
      if (version) definitions.set(pinned, { key: version.key, version: version.version, document: version.body });
    }
    return {
      person: (id) => people.get(id)?.name ?? 'somebody',
      reason: (code) => labels.get(code) ?? code,
      definition: (id) => definitions.get(id),
    };
  }

  private async ruleOf(manager: EntityManager, { handoff }: LeadProcess): Promise<ExplainedLead['rule']> {
    if (!handoff || handoff.ruleId === null) return null;
    const { ruleId, definitionVersionId } = handoff;
    const version = definitionVersionId ? await this.documents.byId(manager, definitionVersionId) : undefined;
    return { id: ruleId, definition: version?.key ?? null, version: version?.version ?? null };
  }

  private workflowOf(leadId: string): ExplainedLead['workflow'] {
    const id = workflowIdOf(this.config.temporal, leadId);
    const { uiUrl, namespace } = this.config.temporal;
    const url = `${uiUrl}/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(id)}`;
    return { id, uiUrl: uiUrl === null ? null : url };
  }
}

function personIds({ paused, handoff, lastDecision, earlierDecisions = [] }: LeadProcess): string[] {
  const ids = [
    paused?.by,
    handoff?.assigneeId,
    handoff?.wantedAssigneeId,
    lastDecision?.by,
    ...earlierDecisions.map((one) => one.by),
  ];
  return ids.filter((id) => typeof id === 'string');
}
