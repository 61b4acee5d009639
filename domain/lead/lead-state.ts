/** The lead's one state; the words are those of the glossary. */
export const LEAD_STATES = [
  'raw',
  'nurturing',
  'qualified',
  'offered',
  'accepted',
  'working',
  'returning',
  'won',
  'lost',
  'disqualified',
  'erased',
] as const;
export type LeadState = (typeof LEAD_STATES)[number];

/** Who answers for the lead now. `shared`: both teams have a hand on it. */
export type Custody = 'marketing' | 'shared' | 'sales';

/** What moves a lead along one edge; the value is stored with the custody record and shown to people. */
export type TransitionCause =
  | 'checks_passed'
  | 'checks_failed'
  | 'hand_raise'
  | 'definition_met'
  | 'pushed_by_person'
  | 'offer_step'
  | 'withdrawn'
  | 'packet_and_rep_there'
  | 'reassigned'
  | 'accepted'
  | 'rejected'
  | 'expired'
  | 'undone'
  | 'first_touch'
  | 'given_back'
  | 'won'
  | 'lost'
  | 'acknowledged'
  | 'return_date_reached'
  | 'disqualified_by_person'
  | 'reopened'
  | 'erased';

/** One allowed move. */
export interface Transition {
  readonly from: LeadState;
  readonly to: LeadState;
  readonly cause: TransitionCause;
}

const edges = (from: LeadState, ...moves: readonly (readonly [LeadState, TransitionCause])[]): Transition[] =>
  moves.map(([to, cause]) => ({ from, to, cause }));

/** The transition table: the only moves a lead can make. Source: the life of a lead, `docs/architecture.md`. */
export const TRANSITIONS: readonly Transition[] = [
  ...edges(
    'raw',
    ['nurturing', 'checks_passed'],
    ['qualified', 'hand_raise'],
    ['disqualified', 'checks_failed'],
    ['disqualified', 'disqualified_by_person'],
  ),
  ...edges(
    'nurturing',
    ['qualified', 'definition_met'],
    ['qualified', 'hand_raise'],
    ['qualified', 'pushed_by_person'],
    ['qualified', 'offer_step'],
    ['disqualified', 'disqualified_by_person'],
  ),
  ...edges(
    'qualified',
    ['offered', 'packet_and_rep_there'],
    ['nurturing', 'withdrawn'],
    ['disqualified', 'disqualified_by_person'],
  ),
  ...edges(
    'offered',
    ['accepted', 'accepted'],
    ['returning', 'rejected'],
    ['returning', 'expired'],
    ['offered', 'reassigned'],
    ['nurturing', 'withdrawn'],
    ['disqualified', 'disqualified_by_person'],
  ),
  ...edges(
    'accepted',
    ['working', 'first_touch'],
    ['returning', 'given_back'],
    ['won', 'won'],
    ['lost', 'lost'],
    ['offered', 'undone'],
  ),
  ...edges('working', ['won', 'won'], ['lost', 'lost'], ['returning', 'given_back']),
  ...edges(
    'returning',
    ['nurturing', 'acknowledged'],
    ['disqualified', 'acknowledged'],
    ['qualified', 'hand_raise'],
    ['offered', 'undone'],
  ),
  ...edges('lost', ['nurturing', 'return_date_reached'], ['qualified', 'hand_raise']),
  ...edges('disqualified', ['nurturing', 'reopened']),
  ...LEAD_STATES.filter((state) => state !== 'erased').flatMap((state) => edges(state, ['erased', 'erased'])),
];

/** States in which the lead's workflow closes. */
export const CLOSED_STATES: readonly LeadState[] = ['won', 'disqualified', 'erased'];

/** Custody of each state. `accepted` is shared until the agreed grace has passed (see `custodyOf`). */
export const CUSTODY_OF_STATE: Readonly<Record<LeadState, Custody>> = {
  raw: 'marketing',
  nurturing: 'marketing',
  qualified: 'marketing',
  offered: 'shared',
  accepted: 'shared',
  working: 'sales',
  returning: 'shared',
  won: 'sales',
  lost: 'marketing',
  disqualified: 'marketing',
  erased: 'marketing',
};

/** Labels for people; identifiers stay those of `LeadState`. */
export const STATE_LABELS: Readonly<Partial<Record<LeadState, string>>> = { qualified: 'MQL', accepted: 'SQL' };

/** True when the table knows the move. */
export function canMove(from: LeadState, to: LeadState, cause: TransitionCause): boolean {
  return TRANSITIONS.some((edge) => edge.from === from && edge.to === to && edge.cause === cause);
}

/** True when the lead's workflow is over in this state. */
export function isClosed(state: LeadState): boolean {
  return CLOSED_STATES.includes(state);
}
