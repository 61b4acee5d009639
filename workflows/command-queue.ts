import { ApplicationFailure, condition, type defineUpdate, setHandler } from '@temporalio/workflow';
import type { CommandAnswer, LeadCommand } from '../domain/lead/lead-command.js';
import type { LeadProcess } from '../domain/lead/lead-process.js';
import { refuseCommand } from '../domain/lead/refuse-command.js';
import { COMMAND_UPDATES } from './contracts/lead-lifecycle.contract.js';

interface Pending {
  readonly command: LeadCommand;
  answer?: CommandAnswer;
  settled: boolean;
}

type CommandUpdate = ReturnType<typeof defineUpdate<CommandAnswer, [object]>>;

/** Commands of people and CRMs on their way through the loop: queued by Updates, answered once they are stored. */
export class CommandQueue {
  private readonly pending: Pending[] = [];
  private closed = false;

  /** `quiet` is true while nothing is queued that could change the process before the command is taken. */
  constructor(
    private readonly process: () => LeadProcess,
    private readonly quiet: () => boolean,
    private readonly now: () => number,
  ) {}

  /** Registers the Updates: refused in the validator (no event) where they can't apply, else queued. */
  listen(): void {
    for (const [kind, update] of Object.entries(COMMAND_UPDATES)) this.handle(update, kind);
  }

  private handle(update: CommandUpdate, kind: string): void {
    const commandOf = (args: object): LeadCommand => ({ ...args, kind }) as LeadCommand;
    setHandler(
      update,
      async (args: object): Promise<CommandAnswer> => {
        const pending: Pending = { command: commandOf(args), settled: false };
        this.pending.push(pending);
        await condition(() => pending.settled || this.closed);
        return pending.answer ?? { ok: false, state: this.process().state, why: 'closed' };
      },
      {
        validator: (args: object) => {
          const refused = refuseCommand(this.process(), commandOf(args), this.now());
          // A decision under way, or one already taken, is answered by the loop, with who and when.
          if (refused?.ok === false && refused.decision === undefined && this.pending.length === 0 && this.quiet()) {
            throw ApplicationFailure.nonRetryable(refused.why, 'CommandRefused', refused);
          }
        },
      },
    );
  }

  /** True when a command waits to be taken. */
  get waiting(): boolean {
    return this.pending.some((one) => one.answer === undefined);
  }

  /** True when a command waits that ends the lead: it comes before whatever is due, the intake of a raw lead too. */
  get ending(): boolean {
    return this.pending.some(
      ({ answer, command: { kind } }) =>
        answer === undefined && (kind === 'erase' || (kind === 'disqualify' && this.process().state === 'raw')),
    );
  }

  /** Runs `decide` on every command not yet taken, in the order of arrival. */
  take(decide: (command: LeadCommand) => CommandAnswer): void {
    for (const one of this.pending) one.answer ??= decide(one.command);
  }

  /** Remembers which commands are answered by now; the returned function tells their callers. */
  told(): () => void {
    const told = this.pending.filter((one) => one.answer !== undefined);
    return () => {
      for (const one of told) {
        one.settled = true;
        const index = this.pending.indexOf(one);
        if (index >= 0) this.pending.splice(index, 1);
      }
    };
  }

  /** Lets go whoever still waits: the process is over. */
  close(): void {
    this.closed = true;
  }
}
