import { lintCadence } from '../../domain/cadence/lint-cadence.js';
import type { CadenceKnown } from '../../domain/cadence/steps/step-kind.schema.js';
import { lintCondition } from '../../domain/condition/lint-condition.js';
import { lintPlaybook } from '../../domain/handoff/playbook/lint-playbook.js';
import { lintPrep } from '../../domain/handoff/prep/lint-prep.js';
import type { RecyclePolicy } from '../../domain/handoff/recycle-policy.schema.js';
import { INSIGHT_KINDS } from '../../domain/lead/insight-kinds.js';
import type { LintProblem } from '../../domain/lint-problem.js';
import type { LintRule } from '../../domain/lint-rules.js';
import type { RoutingDocument } from '../../domain/organisation/routing.schema.js';
import { lintDefinition } from '../../domain/qualification/lint-definition.js';
import { highestReachable } from '../../domain/scoring/highest-reachable.js';
import { lintScoreModel } from '../../domain/scoring/lint-score-model.js';
import type { ScoreModel } from '../../domain/scoring/score-model.js';
import { type SpokenLanguage, TemplateLintService } from '../templates/template-lint.service.js';
import type { DocumentKind } from './document.entity.js';
import type { DocumentBodies } from './document-kinds.js';

/** What a document is judged together with: the workspace in force, or the files of a folder. */
export interface KnownWorkspace {
  readonly scoreModel?: ScoreModel | undefined;
  readonly campaigns: readonly {
    readonly key: string;
    readonly startScore: number;
    readonly language?: string | null | undefined;
  }[];
  /** The organisation's language. */
  readonly language?: string | null | undefined;
  readonly reasons: readonly string[];
  readonly salesTeams: readonly string[];
  readonly templates: readonly string[];
  /** Those for leads in marketing's hands: an air cover takes none of them. */
  readonly cadences: readonly string[];
  readonly frequencyClasses: readonly string[];
  /** Left out where nobody knows them: files name no endpoints. */
  readonly webhooks?: readonly string[];
}

/** Kinds that ship and the facts Baton writes itself (api: Codes); the score model may declare more. */
const SHIPPED_KINDS: readonly string[] = [
  ...['page_view', 'email_open', 'email_click', 'download', 'webinar_registered', 'webinar_attended', 'event_visited'],
  ...['form_submitted', 'email_reply', 'unsubscribed', 'bounced', 'complained'],
];

const templates = new TemplateLintService();

const LINTERS: {
  readonly [K in DocumentKind]: (document: DocumentBodies[K], workspace: KnownWorkspace) => LintProblem[];
} = {
  score_model: (model, workspace) => {
    const known = knownFields({ ...workspace, scoreModel: model });
    return [
      ...lintScoreModel(model),
      ...model.fit.rules.flatMap((rule, index) => lintCondition(rule.when, known, `fit.rules.${index}.when`)),
    ];
  },
  definition: (definition, workspace) => lintDefinition(definition, knownFields(workspace)),
  cadence: (cadence, workspace) => lintCadence(cadence, knownFields(workspace)),
  template: (template, workspace) => templates.lint(template, spokenIn(workspace)),
  sla: () => [],
  recycle: lintRecycle,
  frequency: () => [],
  routing: lintRouting,
  prep: (policy, { scoreModel }) => lintPrep(policy, scoreModel?.handRaises),
  playbook: (playbook) => lintPlaybook(playbook),
};

/** Problems of a document that its schema can not see. */
export function lintDocument<K extends DocumentKind>(
  kind: K,
  document: DocumentBodies[K],
  workspace: KnownWorkspace,
): LintProblem[] {
  return LINTERS[kind](document, workspace);
}

function spokenIn({ campaigns, language }: KnownWorkspace): SpokenLanguage[] {
  const all = [
    ...campaigns.map((one) => ({ language: one.language, by: `campaign ${one.key}` })),
    { language, by: 'the organisation' },
  ];
  return all.flatMap((one) => (one.language ? [{ language: one.language, by: one.by }] : []));
}

function lintRecycle(policy: RecyclePolicy, { reasons, cadences }: KnownWorkspace): LintProblem[] {
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
      const message = `there is no published cadence ${rule.to.cadence} for leads in nurture`;
      return [missing(`${code}.to.cadence`, 'unknown-cadence', message, cadences)];
    }),
  ];
}

function lintRouting(routing: RoutingDocument, workspace: KnownWorkspace): LintProblem[] {
  const known = knownFields(workspace);
  const { salesTeams } = workspace;
  return routing.flatMap(({ when, team }, index) => [
    ...lintCondition(when, known, `${index}.when`),
    ...(salesTeams.includes(team)
      ? []
      : [missing(`${index}.team`, 'unknown-team', `there is no sales team ${team}`, salesTeams)]),
  ]);
}

/** Without a score model nothing is known about scores and kinds, so they are not checked. */
function knownFields({ scoreModel, campaigns, ...workspace }: KnownWorkspace): CadenceKnown {
  const { reasons, templates, frequencyClasses, webhooks } = workspace;
  const base = {
    ...{ campaigns: campaigns.map(({ key }) => key), reasons, templates, frequencyClasses, webhooks },
    insightKinds: INSIGHT_KINDS,
  };
  if (scoreModel === undefined) return base;
  const startScore = Math.max(0, ...campaigns.map((campaign) => campaign.startScore));
  const scored = scoreModel.engagement.rules.map((rule) => rule.kind);
  return {
    ...base,
    engagementKinds: [...new Set([...SHIPPED_KINDS, ...scored, ...scoreModel.handRaises])],
    handRaiseKinds: scoreModel.handRaises,
    highestScore: highestReachable(scoreModel).score + startScore,
  };
}

function missing(path: string, code: LintRule, message: string, list: readonly string[]): LintProblem {
  const fix = list.length === 0 ? 'make one first' : `use one of ${list.join(', ')}`;
  return { severity: 'error', path, code, message, fix };
}
