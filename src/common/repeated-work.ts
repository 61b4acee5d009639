interface Pauses {
  readonly everyMs: number;
  /** After a failure; as after any other turn when left out. */
  readonly afterFailureMs?: number;
}

/** Work that is looked for again and again, one turn at a time. It keeps no process alive. */
export class RepeatedWork {
  private timer: NodeJS.Timeout | undefined;
  private turning: Promise<void> = Promise.resolve();
  private ended = false;

  /** `turn` answers how soon the next one is due, or nothing for the usual pause; `failed` hears of a turn that threw. */
  constructor(
    private readonly pauses: Pauses,
    private readonly turn: () => Promise<number | void>,
    private readonly failed: (error: unknown) => void,
  ) {}

  start(firstAfterMs = this.pauses.everyMs): void {
    this.plan(firstAfterMs);
  }

  /** Asked by long turns between two pieces of work. */
  get stopped(): boolean {
    return this.ended;
  }

  /** Resolves when the turn under way is over. */
  async stop(): Promise<void> {
    this.ended = true;
    clearTimeout(this.timer);
    await this.turning;
  }

  private plan(afterMs: number): void {
    if (this.ended) return;
    this.timer = setTimeout(() => {
      this.turning = this.once().then((nextMs) => this.plan(nextMs));
    }, afterMs).unref();
  }

  private async once(): Promise<number> {
    const { everyMs, afterFailureMs = everyMs } = this.pauses;
    try {
      return (await this.turn()) ?? everyMs;
    } catch (error) {
      this.failed(error);
      return afterFailureMs;
    }
  }
}
