import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { CommandAnswer } from '../../domain/lead/lead-command.js';
import { CLOCK_SKEW_MS } from '../../domain/time/clock-skew.js';
import { isClosed } from '../../domain/lead/lead-state.js';
import { unprocessable } from '../common/problem.js';
import type { Person } from '../people/people.service.js';
import { ReasonsService } from '../policies/reasons.service.js';
import { LeadHandleService } from '../temporal/lead-handle.service.js';
import { type Act, HandoffAnswersService } from './handoff-answers.service.js';
import { leadNow } from './handoff.presenter.js';
import type { DecidedAnswer } from './handoff.schema.js';
import type { HandoffView } from './handoffs.read-model.js';
import { PlaybookService } from './playbook/playbook.service.js';
import { HandoffWordsService, type ToldInsights } from './handoff-words.service.js';

/** A year typed wrong goes out in a mail. */
const MAX_AHEAD_MS = 366 * 86_400_000;

export interface Rejection {
  readonly reason: string;
  readonly quality?: number | undefined;
  readonly insights?: ToldInsights | undefined;
  /** Epoch milliseconds. */
  readonly earliestReturnAt?: number | undefined;
}

/** What whoever accepts says about the days to come; epoch milliseconds. */
interface Promises {
  readonly firstContactBy?: number | undefined;
  readonly meetingAt?: number | undefined;
}

/**
 * Decisions of people, from page and API alike: words are stored first, the lead's process decides, and the answer is
 * read back from what it stored (semantics: Order on waking).
 */
@Injectable()
export class HandoffDecisionsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly reasons: ReasonsService,
    private readonly words: HandoffWordsService,
    private readonly answers: HandoffAnswersService,
    private readonly leads: LeadHandleService,
    private readonly playbooks: PlaybookService,
  ) {}

  /** Instants in epoch milliseconds. */
  async accept(act: Act, { firstContactBy, meetingAt }: Promises = {}): Promise<DecidedAnswer> {
    const { view, person, via, updateId } = act;
    for (const [path, at] of Object.entries({ firstContactBy, meetingAt })) {
      const now = leadNow(view, Date.now());
      if (at === undefined) continue;
      if (at < now) throw unprocessable([{ path, code: 'in_the_past', message: 'This instant is over' }]);
      if (at <= now + MAX_AHEAD_MS) continue;
      throw unprocessable([{ path, code: 'too_far', message: 'This is more than a year ahead: look at the year' }]);
    }
    const noteId = await this.words.writeWhileOpen(act);
    const command = { handoffNo: view.no, by: person.id, via, ...given({ firstContactBy, meetingAt, noteId }) };
    const answer = await this.answers.ask(act, 'accepted', this.leads.acceptHandoff(view.leadId, command, updateId));
    return this.conclude(act, noteId, 'handoff.accept', answer);
  }

  async reject(act: Act, { reason, quality, insights, earliestReturnAt }: Rejection): Promise<DecidedAnswer> {
    const { view, person, via, updateId } = act;
    await this.mustKnowReason(reason, act.note);
    if (view.state === 'offered') mustBeAhead(view, earliestReturnAt);
    const noteId = await this.words.writeWhileOpen(act, insights);
    const command = { handoffNo: view.no, by: person.id, via, reason, ...given({ quality, earliestReturnAt, noteId }) };
    const answer = await this.answers.ask(act, 'rejected', this.leads.rejectHandoff(view.leadId, command, updateId));
    return this.conclude(act, noteId, 'handoff.reject', answer, { reason });
  }

  /** Without a person routing chooses. */
  async reassign(act: Act, to: Person | undefined): Promise<DecidedAnswer> {
    const { view, person, updateId } = act;
    if (to !== undefined && !to.roles.includes('rep')) {
      throw unprocessable([{ path: 'to', code: 'no_rep', message: `${to.name} is no rep` }]);
    }
    if (to !== undefined && to.id === view.assigneeId) {
      throw unprocessable([{ path: 'to', code: 'same_person', message: `${to.name} has it already` }]);
    }
    const noteId = await this.words.writeWhileOpen(act);
    const command = { handoffNo: view.no, by: person.id, ...given({ toPersonId: to?.id, noteId }) };
    const answer = await this.answers.ask(act, undefined, this.leads.reassignHandoff(view.leadId, command, updateId));
    return this.conclude(act, noteId, 'handoff.reassign', answer, given({ toPersonId: to?.id }));
  }

  /** The decider takes it back: within five minutes, before the first touch or the acknowledgement. */
  async undo(act: Act): Promise<DecidedAnswer> {
    const { view, person, via, updateId } = act;
    const noteId = view.state === 'offered' ? undefined : await this.words.write(act);
    const command = { handoffNo: view.no, by: person.id, via, ...given({ noteId }) };
    const answer = await this.answers.ask(act, 'undone', this.leads.undoDecision(view.leadId, command, updateId));
    return this.conclude(act, noteId, 'handoff.undo', answer);
  }

  /** Marketing takes the offer back; the cadence goes on where it stood. */
  async withdraw(act: Act): Promise<DecidedAnswer> {
    const { view, person, updateId } = act;
    const noteId = await this.words.writeWhileOpen(act);
    const command = { handoffNo: view.no, by: person.id, ...given({ noteId }) };
    const answer = await this.answers.ask(act, 'withdrawn', this.leads.withdraw(view.leadId, command, updateId));
    return this.conclude(act, noteId, 'handoff.withdraw', answer);
  }

  /** After acceptance: the lead comes back, with a reason. */
  async giveBack(act: Act, { reason, insights, earliestReturnAt }: Omit<Rejection, 'quality'>): Promise<DecidedAnswer> {
    const { view, person, updateId } = act;
    await this.mustKnowReason(reason, act.note);
    if (isWithSales(view)) mustBeAhead(view, earliestReturnAt);
    const noteId = isWithSales(view) ? await this.words.write(act, insights) : undefined;
    const command = { handoffNo: view.no, by: person.id, reason, ...given({ earliestReturnAt, noteId }) };
    const answer = await this.answers.ask(act, 'given_back', this.leads.giveBack(view.leadId, command, updateId));
    return this.conclude(act, noteId, 'handoff.return', answer, { reason });
  }

  /** What marketing writes beside sales ends, or never begins. */
  async stopAirCover(act: Act): Promise<DecidedAnswer> {
    const { view, person, via, updateId } = act;
    const noteId = isWithSales(view) ? await this.words.write(act) : undefined;
    const command = { handoffNo: view.no, by: person.id, via, ...given({ noteId }) };
    const answer = await this.answers.ask(act, undefined, this.leads.stopCover(view.leadId, command, updateId));
    return this.conclude(act, noteId, 'handoff.stop_air_cover', answer);
  }

  async acknowledge(act: Act): Promise<DecidedAnswer> {
    const { view, person, updateId } = act;
    // Also when the process has forgotten it: the same person taking it back again gets the same answer.
    if (view.acknowledgedById === person.id) return this.answers.answerOf(view, person);
    const isDue = view.returnedAt !== null && view.acknowledgedAt === null;
    const noteId = isDue ? await this.words.write(act) : undefined;
    const command = { handoffNo: view.no, by: person.id, ...given({ noteId }) };
    const answer = await this.answers.ask(
      act,
      'acknowledged',
      this.leads.acknowledgeReturn(view.leadId, command, updateId),
    );
    return this.conclude(act, noteId, 'handoff.acknowledge_return', answer);
  }

  async recordTouch(act: Act, disposition: string, occurredAt: number): Promise<DecidedAnswer> {
    const { view, person, updateId } = act;
    await this.playbooks.mustKnow(this.dataSource.manager, view, disposition);
    mustBeOfThisHandoff(view, occurredAt);
    const noteId = isWithSales(view) ? await this.words.write(act) : undefined;
    const command = { handoffNo: view.no, by: person.id, disposition, occurredAt, ...given({ noteId }) };
    const answer = await this.answers.ask(act, undefined, this.leads.recordFirstTouch(view.leadId, command, updateId));
    return this.conclude(act, noteId, 'handoff.touch', answer, { disposition });
  }

  async recordOutcome(
    act: Act,
    outcome: { outcome: 'won' | 'lost'; reason?: string; amount?: string; currency?: string; externalId?: string },
    occurredAt: string | undefined,
  ): Promise<{ lead: DecidedAnswer['lead']; at: number }> {
    const { view, person, updateId } = act;
    const noteId = isWithSales(view) ? await this.words.write(act) : undefined;
    const command = { by: person.id, ...outcome, ...given({ noteId }) };
    const answer = await this.answers.ask(
      act,
      outcome.outcome,
      this.leads.recordOutcome(view.leadId, command, updateId),
    );
    if (answer.ok && answer.repeated === true) await this.answers.mustSaySame(view, outcome);
    const { lead } = await this.conclude(act, noteId, 'lead.outcome', answer, { ...outcome, ...given({ occurredAt }) });
    return { lead, at: answer.ok ? answer.at : Date.now() };
  }

  /** Words of what was refused belong to nothing. */
  private async conclude(
    act: Act,
    noteId: string | undefined,
    action: string,
    answer: CommandAnswer,
    data: Readonly<Record<string, unknown>> = {},
  ): Promise<DecidedAnswer> {
    if (!answer.ok && noteId !== undefined) await this.words.takeBack(noteId);
    return this.answers.conclude(act, action, answer, data);
  }

  private async mustKnowReason(reason: string, note: string | undefined): Promise<void> {
    const known = await this.reasons.byCode(this.dataSource.manager, reason);
    if (known === undefined) {
      throw unprocessable([{ path: 'reason', code: 'unknown_reason', message: 'The catalogue has no such reason' }]);
    }
    if (known.needsNote && note === undefined) {
      throw unprocessable([{ path: 'note', code: 'note_required', message: `${known.label} needs a few words` }]);
    }
  }
}

/** Sales has it: neither back nor over, as far as the record says. */
const isWithSales = ({ state, returnedAt, leadState }: HandoffView): boolean =>
  state === 'accepted' && returnedAt === null && !isClosed(leadState);

/** A date that is over asks for nothing. Only of a decision to be made: the same again gets the same answer later too. */
function mustBeAhead(view: HandoffView, earliestReturnAt: number | undefined): void {
  if (earliestReturnAt === undefined || earliestReturnAt > leadNow(view, Date.now())) return;
  const message = 'This day is over: name one to come, or leave it out and the lead may return at once';
  throw unprocessable([{ path: 'earliestReturnAt', code: 'in_the_past', message }]);
}

/** A touch happened after the offer, and not in the time to come. */
function mustBeOfThisHandoff(view: HandoffView, occurredAt: number): void {
  const refuse = (code: string, message: string) => unprocessable([{ path: 'at', code, message }]);
  // The clock of a lead in virtual time may not have come to the instant yet at which the touch is played.
  if (view.clockOffsetMs === 0 && occurredAt > Date.now() + CLOCK_SKEW_MS)
    throw refuse('in_the_future', 'This instant is yet to come');
  if (occurredAt < view.offeredAt.getTime())
    throw refuse('before_offer', 'The lead was not offered yet at this instant');
}

/** Leaves out what has no value: commands stand in histories. */
function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
