import { CancellationScope, isCancellation, sleep } from '@temporalio/workflow';

/** One lazy timer: left alone when the deadline moves later, re-armed when it moves earlier. */
export class DeadlineTimer {
  private scope: CancellationScope | undefined;
  private firesAt = Number.POSITIVE_INFINITY;
  private generation = 0;

  /** `fired` is called when the timer fires; the caller compares with the deadline it has by then. */
  constructor(private readonly fired: () => void) {}

  /** Makes sure that the timer fires at `at` or before. Instants are on the same clock as `now`. */
  arm(at: number | undefined, now: number, summary: string): void {
    if (at === undefined || this.firesAt <= at) return;
    this.disarm();
    this.firesAt = at;
    const generation = ++this.generation;
    const scope = new CancellationScope();
    this.scope = scope;
    void scope
      .run(() => sleep(Math.max(1, at - now), { summary }))
      .then(
        () => {
          if (generation !== this.generation) return;
          this.firesAt = Number.POSITIVE_INFINITY;
          this.scope = undefined;
          this.fired();
        },
        (error: unknown) => {
          if (!isCancellation(error)) throw error;
        },
      );
  }

  disarm(): void {
    this.scope?.cancel();
    this.scope = undefined;
    this.firesAt = Number.POSITIVE_INFINITY;
  }
}
