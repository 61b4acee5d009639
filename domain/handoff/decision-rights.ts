/** Who somebody is to a handoff. */
export interface Decider {
  readonly personId: string;
  readonly teamKey: string | null;
}

/** Who answers for a handoff. */
export interface DecisionSubject {
  readonly assigneeId: string;
  readonly teamKey: string;
  readonly teamOwnerId: string | null;
  readonly accountableOwnerId: string | null;
}

/** Roles whose keys may speak for a colleague, as a CRM's key does: those who may decide for others in any case. */
const SPEAKERS: readonly string[] = ['team_owner', 'accountable_owner', 'operator'];

/** Whether a key may name another person as the one who decided. The named person's own rights count besides. */
export function mayNameOther(roles: readonly string[], scopes: readonly string[]): boolean {
  return scopes.includes('admin') || roles.some((role) => SPEAKERS.includes(role));
}

/**
 * `decide`: the assignee, the team's owner and the accountable owner may accept, reject and reassign. `see`: the rest of
 * the team. `none`: for everybody else the handoff does not exist (product: Offer; promise A2).
 */
export function decisionRight(person: Decider, subject: DecisionSubject): 'decide' | 'see' | 'none' {
  const { personId, teamKey } = person;
  if (personId === subject.assigneeId || personId === subject.teamOwnerId) return 'decide';
  if (personId === subject.accountableOwnerId) return 'decide';
  return teamKey === subject.teamKey ? 'see' : 'none';
}
