import { setHandler } from '@temporalio/workflow';
import type { LeadInput } from '../domain/lead/advance-lead.js';
import type { LeadCommand } from '../domain/lead/lead-command.js';
import type { LeadProcess } from '../domain/lead/lead-process.js';
import { refuseCommand } from '../domain/lead/refuse-command.js';
import { local } from './activity-proxies.js';
import { salesAcceptedSignal, salesRejectedSignal } from './contracts/lead-lifecycle.contract.js';
import { persistently } from './persistently.js';

type Ignored = Extract<LeadInput, { kind: 'ignored' }>;
type Decision = Extract<LeadCommand, { kind: 'accept' | 'reject' }>;

/** Decisions that operators and other Temporal clients send as signals: nobody hears an answer, so each leaves a record. */
export class SignalQueue {
  private readonly pending: Decision[] = [];

  /** `ignored` takes what is refused on arrival. */
  constructor(
    private readonly leadId: string,
    private readonly now: () => number,
    private readonly ignored: (input: Ignored) => void,
  ) {}

  listen(): void {
    setHandler(salesAcceptedSignal, (args) => this.queue({ ...args, kind: 'accept', via: 'signal' }));
    setHandler(salesRejectedSignal, (args) => this.queue({ ...args, kind: 'reject', via: 'signal' }));
  }

  get waiting(): boolean {
    return this.pending.length > 0;
  }

  next(): Decision | undefined {
    return this.pending.shift();
  }

  /** Why the decision changes nothing, as the input that records it; undefined when it counts. */
  async refuse(process: LeadProcess, decision: Decision): Promise<Ignored | undefined> {
    const { handoffNo, by } = decision;
    const refused = refuseCommand(process, decision, this.now());
    if (refused) return this.ignore(decision, refused.ok ? 'repeated' : refused.why);
    const reason = decision.kind === 'reject' ? decision.reason : undefined;
    const allowed = await persistently(() => local.mayDecide({ leadId: this.leadId, handoffNo, by, reason }));
    return allowed.ok ? undefined : this.ignore(decision, allowed.why ?? 'not_allowed');
  }

  private queue(decision: Decision): void {
    const bad =
      !Number.isSafeInteger(decision.handoffNo) ||
      typeof decision.by !== 'string' ||
      (decision.kind === 'reject' && typeof decision.reason !== 'string');
    if (bad) this.ignored(this.ignore(decision, 'malformed'));
    else this.pending.push(decision);
  }

  private ignore({ kind }: Decision, why: string): Ignored {
    const signal = (kind === 'accept' ? salesAcceptedSignal : salesRejectedSignal).name;
    return { kind: 'ignored', at: this.now(), signal, why };
  }
}
