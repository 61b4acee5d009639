/** One caller's items and the way to answer it. */
interface Submission<I, O> {
  readonly items: readonly I[];
  readonly resolve: (results: O[]) => void;
  readonly reject: (error: unknown) => void;
}

export interface LaneOptions {
  /** Items of one commit; a single larger submission is committed alone. */
  readonly maxItems: number;
  /** Items that may wait; more is refused by throwing what `full` makes. */
  readonly maxWaiting: number;
  readonly full: () => Error;
  /** Whether a failure concerns every submission alike (the database is away), so that trying each alone is no use. */
  readonly concernsAll: (error: unknown) => boolean;
}

/**
 * Group commit with natural batching: one commit runs at a time, and whatever came meanwhile is the next one. Under load
 * batches grow by themselves; a lone caller never waits for company. A submission is committed whole or not at all.
 */
export class GroupCommitLane<I, O> {
  private readonly waiting: Submission<I, O>[] = [];
  private waitingItems = 0;
  private running = false;

  constructor(
    private readonly commit: (items: readonly I[]) => Promise<O[]>,
    private readonly options: LaneOptions,
  ) {}

  /** Results in the order of the items, once they are durable. */
  submit(items: readonly I[]): Promise<O[]> {
    if (items.length === 0) return Promise.resolve([]);
    if (this.waitingItems + items.length > this.options.maxWaiting) return Promise.reject(this.options.full());
    return new Promise((resolve, reject) => {
      this.waiting.push({ items, resolve, reject });
      this.waitingItems += items.length;
      if (!this.running) void this.drain();
    });
  }

  private async drain(): Promise<void> {
    this.running = true;
    // Requests of the same turn of the event loop share the first commit, too.
    await Promise.resolve();
    for (let batch = this.take(); batch.length > 0; batch = this.take()) await this.commitTogether(batch);
    this.running = false;
  }

  private take(): Submission<I, O>[] {
    const batch: Submission<I, O>[] = [];
    let size = 0;
    for (let next = this.waiting[0]; next !== undefined; next = this.waiting[0]) {
      if (batch.length > 0 && size + next.items.length > this.options.maxItems) break;
      this.waiting.shift();
      batch.push(next);
      size += next.items.length;
    }
    this.waitingItems -= size;
    return batch;
  }

  private async commitTogether(batch: readonly Submission<I, O>[]): Promise<void> {
    try {
      const results = await this.commit(batch.flatMap(({ items }) => items));
      let from = 0;
      for (const { items, resolve } of batch) {
        resolve(results.slice(from, from + items.length));
        from += items.length;
      }
    } catch (error) {
      if (batch.length === 1 || this.options.concernsAll(error)) {
        for (const { reject } of batch) reject(error);
        return;
      }
      // One of them broke the commit; the others must not suffer for it.
      for (const submission of batch) await this.commitTogether([submission]);
    }
  }
}
