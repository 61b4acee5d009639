import type { Condition } from '../condition/condition.js';
import type { ConditionFacts } from '../condition/condition-facts.js';
import { describeCondition } from '../condition/describe-condition.js';
import { evaluateCondition } from '../condition/evaluate-condition.js';
import type { RoutingRow } from '../organisation/routing.schema.js';
import { type Availability, type Rep, repAvailability } from './rep-availability.js';
import { nextInTurn, type Turn } from './turns.js';

export interface RoutedTeam {
  readonly key: string;
  readonly side: 'marketing' | 'sales';
  readonly covers?: Condition | null | undefined;
}

export interface RouteOfferInput {
  readonly facts: ConditionFacts;
  readonly at: number;
  readonly routing: readonly RoutingRow[];
  readonly teams: readonly RoutedTeam[];
  /** Active reps, with the key of their team. */
  readonly reps: readonly (Rep & { readonly team: string })[];
  /** Ids of reps who are not asked: they had this lead and did not answer. */
  readonly excluded?: readonly string[] | undefined;
}

export interface RouteOfferResult {
  /** null: no routing row and no sales team takes the lead. */
  readonly teamKey: string | null;
  /** null: nobody is free, the lead queues. */
  readonly assigneeId: string | null;
  /** While nobody is free: when it is worth looking again; absent when only an answered offer helps. */
  readonly retryAt?: number;
  /** Among whom the offer goes round: those open now, else all who are free. */
  readonly asked: readonly Turn[];
  /** Stored with the handoff: why this team and this rep. */
  readonly explanation: {
    readonly sentence: string;
    readonly candidates: readonly { readonly personId: string; readonly why: string }[];
  };
}

/**
 * Who gets the offer (product: The zone, routing): the team of the first routing row that holds, else the first sales
 * team that covers the lead; in it round robin weighted by capacity and weight among the reps who are at work, those
 * whose hours are open now first.
 */
export function routeOffer(input: RouteOfferInput): RouteOfferResult {
  const team = chooseTeam(input);
  if (!team) {
    const sentence = 'No routing row and no sales team takes this lead.';
    return { teamKey: null, assigneeId: null, asked: [], explanation: { sentence, candidates: [] } };
  }
  const judged = judgeTeam(team.key, input);
  const candidates = judged.map(({ rep, found }) => ({ personId: rep.id, why: found.why }));
  const free = judged.filter(({ found }) => found.free);
  const asked = turnsOf(judged);
  const next = nextInTurn(asked);
  const chosen = free.find(({ rep }) => rep.id === next?.id);
  const because = `${team.key}, because ${team.why}`;
  if (chosen) {
    const turn = free.length === 1 ? 'is the only one free' : 'is next in turn';
    const sentence = `${chosen.rep.name} of ${because}; ${turn} (${chosen.found.why}).`;
    return { teamKey: team.key, assigneeId: chosen.rep.id, asked, explanation: { sentence, candidates } };
  }
  const retries = judged.flatMap(({ found }) => (!found.free && found.retryAt !== undefined ? [found.retryAt] : []));
  return {
    teamKey: team.key,
    assigneeId: null,
    asked,
    ...(retries.length === 0 ? {} : { retryAt: Math.min(...retries) }),
    explanation: { sentence: `Nobody of ${because}, is free.`, candidates },
  };
}

/** Among whom an offer goes round that goes to that team, whoever of it a person chooses. */
export function askedIn(teamKey: string, input: TeamAt): Turn[] {
  return turnsOf(judgeTeam(teamKey, input));
}

type TeamAt = Pick<RouteOfferInput, 'reps' | 'at' | 'excluded'>;

interface Judged {
  readonly rep: Rep;
  readonly found: Availability;
}

const judgeTeam = (teamKey: string, { reps, at, excluded = [] }: TeamAt): Judged[] =>
  reps
    .filter((rep) => rep.team === teamKey)
    .map((rep) => ({ rep, found: excluded.includes(rep.id) ? HAD_IT : repAvailability(rep, at) }));

function turnsOf(judged: readonly Judged[]): Turn[] {
  const free = judged.filter(({ found }) => found.free);
  const openNow = free.filter(({ found }) => found.free && found.openNow);
  return (openNow.length > 0 ? openNow : free).map(({ rep }) => turnOf(rep));
}

const turnOf = ({ id, key, capacity, weight, owed, lastOfferedAt }: Rep): Turn => ({
  ...{ id, key, owed, lastOfferedAt },
  weight: capacity * weight,
});

const HAD_IT: Availability = { free: false, why: 'had this lead already' };

function chooseTeam({ facts, at, routing, teams }: RouteOfferInput): { key: string; why: string } | undefined {
  const sales = teams.filter((team) => team.side === 'sales');
  for (const { when, team } of routing) {
    if (!sales.some(({ key }) => key === team) || !evaluateCondition(when, facts, at)) continue;
    return { key: team, why: describeCondition(when) };
  }
  const covering = sales.find(({ covers }) => covers && evaluateCondition(covers, facts, at));
  if (covering?.covers)
    return { key: covering.key, why: `it covers leads whose ${describeCondition(covering.covers)}` };
  const open = sales.find(({ covers }) => !covers);
  return open && { key: open.key, why: 'it covers every lead' };
}
