/** A rep who may be asked for one offer. */
export interface Turn {
  readonly id: string;
  readonly key: string;
  /** What they can carry beside the others: capacity × weight. */
  readonly weight: number;
  /** Offers that came due to them less those they got; negative: they are ahead. */
  readonly owed: number;
  /** Epoch milliseconds. */
  readonly lastOfferedAt: number | null;
}

/** What is owed is added up from shares such as a third: two sums are the same when they differ by less. */
const SAME = 1e-9;
/** How many offers ahead `fits` looks at most; a team of the greatest difference in weight needs a few hundred. */
const LONGEST_LOOK = 500;

/**
 * Who is asked (product: The zone, routing). Each offer owes everybody who may be asked their part of it by weight, and who
 * is owed most gets it; of two who are owed the same, who waited longest. One who was away is owed nothing for that time, and
 * does not catch up. Passed over is a choice after which somebody would come to be owed a whole offer, were the team to stay
 * as it is: without that a rep of small weight may wait too long beside many. Undefined when nobody may be asked.
 */
export function nextInTurn(asked: readonly Turn[]): Turn | undefined {
  const shares = sharesOf(asked);
  const due = (turn: Turn): number => turn.owed + (shares.get(turn.id) ?? 0);
  const inOrder = asked.toSorted((a, b) => {
    const more = due(b) - due(a);
    return Math.abs(more) > SAME ? more : waited(a) - waited(b) || (a.key < b.key ? -1 : 1);
  });
  return inOrder.find(({ id }) => fits(asked, shares, id)) ?? inOrder[0];
}

/** What an offer to `chosenId` changes of what each is owed, by id; it adds up to nothing. */
export function turnChanges(asked: readonly Pick<Turn, 'id' | 'weight'>[], chosenId: string): Map<string, number> {
  const changes = asked.length === 0 ? new Map([[chosenId, 1]]) : sharesOf(asked);
  return changes.set(chosenId, (changes.get(chosenId) ?? 0) - 1);
}

function sharesOf(asked: readonly Pick<Turn, 'id' | 'weight'>[]): Map<string, number> {
  const total = asked.reduce((sum, { weight }) => sum + weight, 0);
  return new Map(asked.map(({ id, weight }) => [id, weight / total]));
}

const waited = ({ lastOfferedAt }: Turn): number => lastOfferedAt ?? Number.NEGATIVE_INFINITY;

/**
 * Whether everybody can be kept below a whole offer after this one goes to `chosenId`, the team staying as it is: of the next
 * `ahead` offers no more are due than there are. Source: Baruah, Cohen, Plaxton, Varvel, "Proportionate progress", 1996.
 */
function fits(asked: readonly Turn[], shares: ReadonlyMap<string, number>, chosenId: string): boolean {
  const smallest = Math.min(...shares.values());
  const longest = Math.min(LONGEST_LOOK, Math.ceil(1 / smallest) + asked.length);
  for (let ahead = 0; ahead <= longest; ahead += 1) {
    let due = 0;
    for (const { id, owed } of asked) {
      const then = owed + (shares.get(id) ?? 0) * (ahead + 1) - (id === chosenId ? 1 : 0);
      due += Math.max(0, Math.floor(then + SAME));
    }
    if (due > ahead) return false;
  }
  return true;
}
