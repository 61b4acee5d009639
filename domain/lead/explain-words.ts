import type { CadencePlan } from '../cadence/cadence-plan.js';
import type { CadenceDocument } from '../cadence/cadence.schema.js';
import type { ConditionFacts } from '../condition/condition-facts.js';
import { describeCondition } from '../condition/describe-condition.js';
import type { EffectiveDefinition } from '../qualification/choose-definition.js';
import type { DefinitionDocument } from '../qualification/definition.schema.js';
import { formatInstant } from '../time/zone.js';
import type { Ladder, LastDecision, LeadProcess, RungAction } from './lead-process.js';

/** A definition version as a handoff names it. */
export interface NamedDefinition {
  readonly key: string;
  readonly version: number;
  readonly document: DefinitionDocument;
}

/** Everything a lead is explained from. Instants are epoch milliseconds on the lead's clock. */
export interface ExplainInput {
  readonly process: LeadProcess;
  readonly facts: ConditionFacts;
  /** In force now. */
  readonly definitions: readonly EffectiveDefinition[];
  /** Version of the running enrollment, with its plan. */
  readonly cadence?: CadenceDocument | undefined;
  readonly plan?: CadencePlan | undefined;
  readonly standing?: Standing | undefined;
  readonly now: number;
  /** Zone in which instants are said. */
  readonly zone: string;
  readonly names: ExplainNames;
}

/** What the record says of the step the running enrollment stands on. */
export interface Standing {
  /** Its cadence is paused since then. */
  readonly pausedAt?: number;
  /** Why its touch was put off by the claim: `window`, `min_gap`, `frequency`, `refused`. */
  readonly putOff?: string;
}

/** Ids and codes as people read them. */
export interface ExplainNames {
  person(id: string): string;
  reason(code: string): string;
  definition(versionId: string): NamedDefinition | undefined;
}

/** What a lead waits for; `until` null when only a fact or a person can move it. */
export interface WaitsFor {
  readonly kinds: readonly string[];
  readonly until: number | null;
  readonly sentence: string;
}

/** The part of an explanation that differs by state. */
export interface StateExplanation {
  readonly sentence: string;
  readonly because: readonly string[];
  readonly waitsFor: WaitsFor;
  readonly wouldMove: readonly string[];
}

export const at = (input: Pick<ExplainInput, 'zone'>, instant: number): string => formatInstant(instant, input.zone);

export const personOf = (input: ExplainInput, id: string | null | undefined): string =>
  id === null || id === undefined ? 'nobody' : input.names.person(id);

/** `company`, `company and country`, `company, title and country`. */
export function listWords(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}

/** Newest first, as far as the process remembers them. */
export const decisionsOf = ({ lastDecision, earlierDecisions = [] }: LeadProcess): readonly LastDecision[] =>
  lastDecision ? [lastDecision, ...earlierDecisions] : earlierDecisions;

/** Where the lead came from. */
export function originSentence({ facts }: ExplainInput): string {
  return `It came from source ${facts.source}${facts.campaign === null ? '' : `, campaign ${facts.campaign}`}.`;
}

/** `Grade B, score 41.5.` */
export function scoreSentence({ facts, now }: ExplainInput): string {
  return `Grade ${facts.grade}, score ${Math.round(facts.scoreAt(now) * 10) / 10}.`;
}

/** Why the open handoff came to be. */
export function qualifiedSentence(input: ExplainInput): string | undefined {
  const { handoff } = input.process;
  if (!handoff) return undefined;
  const when = at(input, handoff.qualifiedAt);
  if (handoff.qualifiedBy === 'person') {
    const pushed = decisionsOf(input.process).find((one) => one.kind === 'pushed' && one.handoffNo === handoff.no);
    return `${pushed ? personOf(input, pushed.by) : 'A person'} pushed it to sales on ${when}.`;
  }
  if (handoff.qualifiedBy === 'step') return `A step of its cadence offered it to sales on ${when}.`;
  const { ruleId, definitionVersionId } = handoff;
  if (definitionVersionId === null) return `A hand-raise came while it was on its way back, on ${when}.`;
  return ruleSentence(input, ruleId ?? 'unknown', definitionVersionId, `held on ${when}`);
}

/** `Rule engaged-and-fits (score is at least 60) of definition default, version 3, held on …` */
export function ruleSentence(input: ExplainInput, ruleId: string, definitionVersionId: string, how: string): string {
  const definition = input.names.definition(definitionVersionId);
  const rule = definition?.document.rules.find((one) => one.id === ruleId);
  const inWords = rule ? ` (${describeCondition(rule.when)})` : '';
  const of = definition ? ` of definition ${definition.key}, version ${definition.version},` : '';
  return `Rule ${ruleId}${inWords}${of} ${how}.`;
}

const RUNGS: Readonly<Record<Ladder['purpose'], Readonly<Record<RungAction, string>>>> = {
  accept: {
    remind: 'the rep is reminded',
    tell_team_owner: "the team's owner is told",
    escalate: 'the accountable owner is told',
    reassign: 'the offer expires and the lead is returned',
    return: 'the offer expires and the lead is returned',
  },
  first_touch: {
    remind: 'the rep is reminded of the first touch',
    tell_team_owner: "the team's owner is told",
    escalate: 'the accountable owner is told',
    reassign: 'nothing else happens',
    return: 'nothing else happens',
  },
  acknowledge: {
    remind: 'marketing is reminded',
    tell_team_owner: 'the accountable owner is told',
    escalate: 'the accountable owner is told',
    reassign: 'nothing else happens',
    return: 'nothing else happens',
  },
};

/** What the rungs to come do, each with its instant. */
export function rungSentences(input: ExplainInput): string[] {
  const { ladder } = input.process;
  if (!ladder) return [];
  return ladder.rungs.slice(ladder.next).map((rung) => `On ${at(input, rung.at)} ${RUNGS[ladder.purpose][rung.do]}.`);
}

/** For how long the decision on the offer can still be taken back. */
export function undoSentence(input: ExplainInput): string[] {
  const { undo } = input.process;
  if (!undo || undo.until <= input.now) return [];
  return [`Until ${at(input, undo.until)} ${personOf(input, undo.by)} can take the decision back.`];
}

/** The SLA that has passed, if it has. */
export function breachSentence(input: ExplainInput): string[] {
  const { ladder } = input.process;
  if (!ladder || ladder.rungs.length === 0 || ladder.breachAt > input.now) return [];
  return [`The agreed time was over on ${at(input, ladder.breachAt)}.`];
}

/**
 * Until when the ladder gives time: the SLA's instant, past it the rung that closes the matter. Null without a ladder.
 */
export function ladderUntil({ process: { ladder }, now }: ExplainInput): number | null {
  if (!ladder || ladder.rungs.length === 0) return null;
  if (ladder.breachAt > now) return ladder.breachAt;
  const closing = ladder.rungs.slice(ladder.next).find((rung) => rung.do === 'return' || rung.do === 'reassign');
  return closing?.at ?? null;
}
