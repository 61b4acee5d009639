import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { lintCadence } from '../../domain/cadence/lint-cadence.js';
import type { CadenceKnown } from '../../domain/cadence/steps/step-kind.schema.js';
import { type ConditionKnown, lintCondition } from '../../domain/condition/lint-condition.js';
import type { RecyclePolicy } from '../../domain/handoff/recycle-policy.schema.js';
import type { LintProblem } from '../../domain/lint-problem.js';
import type { RoutingDocument } from '../../domain/organisation/routing.schema.js';
import { lintDefinition } from '../../domain/qualification/lint-definition.js';
import { highestReachable } from '../../domain/scoring/highest-reachable.js';
import { lintScoreModel } from '../../domain/scoring/lint-score-model.js';
import type { ScoreModel } from '../../domain/scoring/score-model.js';
import { CampaignsService } from '../campaigns/campaigns.service.js';
import { PeopleService } from '../people/people.service.js';
import { ReasonsService } from '../policies/reasons.service.js';
import { TemplateLintService } from '../templates/template-lint.service.js';
import type { DocumentKind } from './document.entity.js';
import type { DocumentBodies } from './document-kinds.js';
import { DocumentsService, SINGLE_KEY } from './documents.service.js';

/** Kinds that ship and the facts Baton writes itself (api: Codes); the score model may declare more. */
const SHIPPED_KINDS: readonly string[] = [
  ...['page_view', 'email_open', 'email_click', 'download', 'webinar_registered', 'webinar_attended', 'event_visited'],
  ...['form_submitted', 'email_reply', 'unsubscribed', 'bounced', 'complained'],
];

/** Judges a document together with everything else that is in force. */
@Injectable()
export class DocumentLinterService {
  constructor(
    private readonly documents: DocumentsService,
    private readonly campaigns: CampaignsService,
    private readonly reasons: ReasonsService,
    private readonly people: PeopleService,
    private readonly templates: TemplateLintService,
  ) {}

  async lint<K extends DocumentKind>(
    manager: EntityManager,
    kind: K,
    document: DocumentBodies[K],
    now: Date,
  ): Promise<LintProblem[]> {
    const checks: { readonly [P in DocumentKind]: (body: DocumentBodies[P]) => Promise<LintProblem[]> } = {
      score_model: (body) => this.lintScoreModel(manager, body, now),
      definition: async (body) => lintDefinition(body, await this.known(manager, now)),
      cadence: async (body) => lintCadence(body, await this.knownToCadences(manager, now)),
      template: (body) => Promise.resolve(this.templates.lint(body)),
      sla: () => Promise.resolve([]),
      recycle: (body) => this.lintRecycle(manager, body, now),
      frequency: () => Promise.resolve([]),
      routing: (body) => this.lintRouting(manager, body, now),
    };
    return checks[kind](document);
  }

  private async lintScoreModel(manager: EntityManager, model: ScoreModel, now: Date): Promise<LintProblem[]> {
    const known = await this.known(manager, now, model);
    return [
      ...lintScoreModel(model),
      ...model.fit.rules.flatMap((rule, index) => lintCondition(rule.when, known, `fit.rules.${index}.when`)),
    ];
  }

  private async lintRecycle(manager: EntityManager, policy: RecyclePolicy, now: Date): Promise<LintProblem[]> {
    const reasons = (await this.reasons.list(manager)).map((reason) => reason.code);
    const cadences = (await this.documents.listEffective(manager, 'cadence', now)).map((cadence) => cadence.key);
    const unknownReasons = Object.keys(policy).filter((code) => !reasons.includes(code));
    const unanswered = reasons.filter((code) => !Object.hasOwn(policy, code));
    return [
      ...unknownReasons.map((code) => missing(code, 'unknown-reason', `there is no rejection reason ${code}`, reasons)),
      ...unanswered.map((code): LintProblem => {
        const message = `nothing says what follows from ${code}: such leads wait for a person's review`;
        return { severity: 'warning', path: code, code: 'reason-without-path', message, fix: `add ${code}` };
      }),
      ...Object.entries(policy).flatMap(([code, rule]) => {
        if (typeof rule.to !== 'object' || cadences.includes(rule.to.cadence)) return [];
        const message = `there is no published cadence ${rule.to.cadence}`;
        return [missing(`${code}.to.cadence`, 'unknown-cadence', message, cadences)];
      }),
    ];
  }

  private async lintRouting(manager: EntityManager, routing: RoutingDocument, now: Date): Promise<LintProblem[]> {
    const known = await this.known(manager, now);
    const teams = (await this.people.teams(manager, 'sales')).map((team) => team.key);
    return routing.flatMap(({ when, team }, index) => [
      ...lintCondition(when, known, `${index}.when`),
      ...(teams.includes(team)
        ? []
        : [missing(`${index}.team`, 'unknown-team', `there is no sales team ${team}`, teams)]),
    ]);
  }

  private async knownToCadences(manager: EntityManager, now: Date): Promise<CadenceKnown> {
    const templates = await this.documents.listEffective(manager, 'template', now);
    const frequency = await this.documents.effective(manager, 'frequency', SINGLE_KEY, now);
    return {
      ...(await this.known(manager, now)),
      templates: templates.map((template) => template.key),
      frequencyClasses: Object.keys(frequency?.body ?? {}),
    };
  }

  /** Without a score model nothing is known about scores and kinds, so they are not checked. */
  private async known(manager: EntityManager, now: Date, model?: ScoreModel): Promise<ConditionKnown> {
    const scoreModel = model ?? (await this.documents.effective(manager, 'score_model', SINGLE_KEY, now))?.body;
    const campaigns = await this.campaigns.list(manager);
    const base = {
      campaigns: campaigns.map((campaign) => campaign.key),
      reasons: (await this.reasons.list(manager)).map((reason) => reason.code),
    };
    if (scoreModel === undefined) return base;
    const startScore = Math.max(0, ...campaigns.map((campaign) => campaign.startScore));
    return {
      ...base,
      engagementKinds: [
        ...new Set([
          ...SHIPPED_KINDS,
          ...scoreModel.engagement.rules.map((rule) => rule.kind),
          ...scoreModel.handRaises,
        ]),
      ],
      handRaiseKinds: scoreModel.handRaises,
      highestScore: highestReachable(scoreModel).score + startScore,
    };
  }
}

function missing(path: string, code: string, message: string, list: readonly string[]): LintProblem {
  const fix = list.length === 0 ? 'make one first' : `use one of ${list.join(', ')}`;
  return { severity: 'error', path, code, message, fix };
}
