/** Who asks. */
export interface WordsReader {
  readonly personId: string;
  readonly teamKey: string | null;
  readonly side: 'marketing' | 'sales' | null;
}

/** Whose lead it is. */
export interface WordsSubject {
  /** Who answers for it now, whom it was offered to, and who owns the teams it was offered to. */
  readonly people: readonly string[];
  /** Teams it was offered to. */
  readonly teams: readonly string[];
}

/**
 * Whether a person may read and write what people say about a lead: marketing of every lead, sales of those that were
 * offered to their team (product: Notes thread; promise A2).
 */
export function mayReadWords({ personId, teamKey, side }: WordsReader, { people, teams }: WordsSubject): boolean {
  if (side === 'marketing' || people.includes(personId)) return true;
  return teamKey !== null && teams.includes(teamKey);
}
