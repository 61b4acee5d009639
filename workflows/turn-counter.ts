import { workflowInfo } from '@temporalio/workflow';
import type { LeadTurn } from '../domain/lead/lead-turn.js';

/** Names the workflow task that is running, so that the record can tell one that was overtaken. */
export class TurnCounter {
  private known: LeadTurn | undefined;

  /** `clock` is the engine's, in epoch milliseconds. */
  constructor(private readonly clock: () => number) {}

  /** Ask at the start of a task: within it the clock moves on with every local activity. */
  current(): LeadTurn {
    const { runId, historyLength: length } = workflowInfo();
    if (this.known?.run !== runId || this.known.length !== length)
      this.known = { run: runId, length, at: this.clock() };
    return this.known;
  }
}
