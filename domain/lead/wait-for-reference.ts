/**
 * The rule of `wait_for` read aloud (semantics: Send window and waits; Order on waking), for tests: it knows nothing of how
 * the product decides and shares no code with it. Instants are whole numbers on the lead's clock.
 */
export interface ReferenceWait {
  readonly look: 'since_entry' | 'ever';
  readonly enrolledAt: number;
  /** When the step was entered: the claim of the touch before it. */
  readonly enteredAt: number;
  readonly deadlineAt: number;
  /** In the order of the definition: so many of that kind, or so many points. */
  readonly options: readonly ({ readonly kind: string; readonly count: number } | { readonly score: number })[];
  /** Points that one of the kind gives, for ever. */
  readonly points: Readonly<Record<string, number>>;
  /** The kind behind the exit guard. */
  readonly quits: string;
}

export interface ReferenceFact {
  readonly kind: string;
  readonly at: number;
  /** When the record learned of it. */
  readonly arrivedAt: number;
}

export interface ReferenceEnd {
  /** Index of the option that won, or why none did. */
  readonly what: number | 'time-out' | 'quit';
  readonly at: number;
}

/** How the wait ends when the process looks at these instants, in order; undefined when it is still waiting after the last. */
export function endOfWait(
  wait: ReferenceWait,
  facts: readonly ReferenceFact[],
  looks: readonly number[],
): ReferenceEnd | undefined {
  let nothingUpTo = wait.enteredAt;
  for (const now of looks) {
    const known = facts.filter((fact) => fact.arrivedAt <= now && fact.at <= now);
    const ends = [...quit(wait, known), ...timeOut(wait, now), ...winners(wait, known, nothingUpTo, now)];
    // Stable: of several at one instant the guard is first, then the time-out, then the options as they are written.
    const [first] = ends.sort((one, other) => one.at - other.at);
    if (first) return first;
    nothingUpTo = Math.max(nothingUpTo, now);
  }
  return undefined;
}

function quit({ quits, enrolledAt }: ReferenceWait, known: readonly ReferenceFact[]): ReferenceEnd[] {
  const times = known.filter(({ kind, at }) => kind === quits && at >= enrolledAt).map(({ at }) => at);
  return times.length === 0 ? [] : [{ what: 'quit', at: Math.min(...times) }];
}

function timeOut({ deadlineAt }: ReferenceWait, now: number): ReferenceEnd[] {
  return deadlineAt <= now ? [{ what: 'time-out', at: deadlineAt }] : [];
}

function winners(
  { look, enteredAt, deadlineAt, options, points }: ReferenceWait,
  known: readonly ReferenceFact[],
  nothingUpTo: number,
  now: number,
): ReferenceEnd[] {
  const ends: ReferenceEnd[] = [];
  for (const [what, option] of options.entries()) {
    let at: number | undefined;
    if ('kind' in option) {
      const counted = known.filter((fact) => fact.kind === option.kind && (look === 'ever' || fact.at >= enteredAt));
      const nth = counted.map((fact) => fact.at).sort((one, other) => one - other)[option.count - 1];
      at = nth === undefined ? undefined : Math.max(nth, enteredAt);
    } else {
      // A score is known from the last look on: what is learned late changes nothing before it.
      const scoreAt = (instant: number): number =>
        known.reduce((sum, fact) => (fact.at <= instant ? sum + (points[fact.kind] ?? 0) : sum), 0);
      const instants = [nothingUpTo, ...known.map((fact) => fact.at)].filter((instant) => instant >= nothingUpTo);
      at = instants.sort((one, other) => one - other).find((instant) => scoreAt(instant) >= option.score);
    }
    // At the deadline it is too late.
    if (at !== undefined && at < deadlineAt && at <= now) ends.push({ what, at });
  }
  return ends;
}
