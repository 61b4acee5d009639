import { conditionDependencies } from '../condition/condition-dependencies.js';
import type { ConditionFacts } from '../condition/condition-facts.js';
import { chooseDefinition } from '../qualification/choose-definition.js';
import { whatIsMissing } from '../qualification/what-is-missing.js';
import { askOf } from './ask-of.js';
import { at, type ExplainInput, ruleSentence } from './explain-words.js';
import { judgeLead } from './judge-lead.js';

/** What would take a lead in nurture to sales, and what time alone changes about it. */
export function explainQualification(input: ExplainInput): string[] {
  const { process, facts, definitions, now } = input;
  const { qualified } = judgeLead(askOf(process, now), facts, { definitions }, now);
  if (qualified) {
    const held = `holds since ${at(input, qualified.at)}: the next look takes it to sales`;
    return [ruleSentence(input, qualified.ruleId, qualified.definitionVersionId, held)];
  }
  const missing = whatIsMissing(definitions, countedFacts(input), now);
  return [...restSentence(input), ...missing.map((way, index) => waySentence(way, index)), ...scoreMoves(input)];
}

const waySentence = (way: string, index: number): string =>
  index === 0 && !way.startsWith('the packet lacks') && !way.startsWith('no definition')
    ? `To sales it lacks ${way}.`
    : `${way.charAt(0).toUpperCase()}${way.slice(1)}.`;

/** After a return only what is new counts, and before the agreed date only a hand-raise. */
function restSentence(input: ExplainInput): string[] {
  const { qualifyAfter, earliestReturnAt } = input.process;
  const sentences: string[] = [];
  if (earliestReturnAt !== undefined && earliestReturnAt > input.now) {
    sentences.push(`Until ${at(input, earliestReturnAt)} only a hand-raise takes it to sales.`);
  }
  if (qualifyAfter !== undefined && !hasNews(input.facts, qualifyAfter)) {
    sentences.push(`${whyNews(input.process)}: something new after ${at(input, qualifyAfter)} is needed.`);
  }
  return sentences;
}

/** A reopened lead is judged by what came since it was closed. */
function whyNews({ lastDecision }: ExplainInput['process']): string {
  if (lastDecision?.kind === 'withdrawn') return 'It was taken back';
  return lastDecision?.kind === 'reopened' ? 'It was closed' : 'Sales had it';
}

const hasNews = (facts: ConditionFacts, after: number): boolean =>
  facts.engagements.some((one) => one.at > after) || facts.handRaises.some((one) => one.at > after);

/** Hand-raises from before a return are used up. Facts may have a prototype, so the view names every part. */
function countedFacts({ facts, process: { qualifyAfter } }: ExplainInput): ConditionFacts {
  if (qualifyAfter === undefined) return facts;
  const { grade, profile, tags, source, campaign, country, language, engagements, insights, handoffs } = facts;
  return {
    ...{ grade, profile, tags, source, campaign, country, language, engagements, insights, handoffs },
    scoreAt: (instant) => facts.scoreAt(instant),
    nextScoreCrossing: (after, thresholds) => facts.nextScoreCrossing(after, thresholds),
    handRaises: facts.handRaises.filter((one) => one.at > qualifyAfter),
  };
}

/** When the score passes a threshold of the definition with nothing happening. */
function scoreMoves(input: ExplainInput): string[] {
  const { facts, definitions, now } = input;
  const chosen = chooseDefinition(definitions, facts, now);
  const thresholds = new Set(chosen?.document.rules.flatMap((rule) => conditionDependencies(rule.when).thresholds));
  return [...thresholds].flatMap((threshold) => {
    const crossing = facts.nextScoreCrossing(now, [threshold]);
    if (crossing === undefined) return [];
    const way = facts.scoreAt(now) >= threshold ? 'falls below' : 'reaches';
    return [`By time alone its score ${way} ${threshold} on ${at(input, crossing)}.`];
  });
}
