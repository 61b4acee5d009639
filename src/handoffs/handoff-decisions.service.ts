import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { CommandAnswer, DecisionChannel, LastDecision } from '../../domain/lead/lead-process.js';
import { isClosed } from '../../domain/lead/lead-state.js';
import { formatInstant } from '../../domain/time/zone.js';
import { AuditService } from '../common/audit/audit.service.js';
import { conflict, ProblemException, unprocessable } from '../common/problem.js';
import { inTransaction } from '../database/transaction.js';
import { uuidV7 } from '../database/uuid-v7.js';
import { ProfileFactsService } from '../leads/profile-facts.service.js';
import { type Person, PeopleService } from '../people/people.service.js';
import { ReasonsService } from '../policies/reasons.service.js';
import { LeadHandleService } from '../temporal/lead-handle.service.js';
import { leadNow, presentHandoff, presentLead } from './handoff.presenter.js';
import type { DecidedAnswer } from './handoff.schema.js';
import { type HandoffView, HandoffsReadModel } from './handoffs.read-model.js';

/** A person who acts on a handoff they may act on, and how the wish reached us. */
export interface Act {
  readonly view: HandoffView;
  readonly person: Person;
  readonly via: Exclude<DecisionChannel, 'signal'>;
  /** Makes a repeated request the same command. */
  readonly updateId: string;
  /** The key's own person, when it speaks for another. */
  readonly onBehalf?: string | undefined;
  readonly note?: string | undefined;
}

export interface Rejection {
  readonly reason: string;
  readonly quality?: number | undefined;
  readonly insights?: readonly { readonly kind: string; readonly text: string }[] | undefined;
  /** Epoch milliseconds. */
  readonly earliestReturnAt?: number | undefined;
}

/**
 * Decisions of people, from page and API alike: words are stored first, the lead's process decides, and the answer is
 * read back from what it stored (semantics: Order on waking).
 */
@Injectable()
export class HandoffDecisionsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly reads: HandoffsReadModel,
    private readonly people: PeopleService,
    private readonly reasons: ReasonsService,
    private readonly audit: AuditService,
    private readonly leads: LeadHandleService,
    private readonly facts: ProfileFactsService,
  ) {}

  async accept(act: Act, firstContactBy: number | undefined): Promise<DecidedAnswer> {
    const { view, person, via, updateId } = act;
    if (firstContactBy !== undefined && firstContactBy < leadNow(view, Date.now())) {
      throw unprocessable([{ path: 'firstContactBy', code: 'in_the_past', message: 'This instant is over' }]);
    }
    const noteId = await this.writeWhileOpen(act);
    const command = { handoffNo: view.no, by: person.id, via, ...given({ firstContactBy, noteId }) };
    const answer = await this.ask(act, 'accepted', this.leads.acceptHandoff(view.leadId, command, updateId));
    return this.conclude(act, 'handoff.accept', answer);
  }

  async reject(act: Act, { reason, quality, insights, earliestReturnAt }: Rejection): Promise<DecidedAnswer> {
    const { view, person, via, updateId } = act;
    const known = await this.reasons.byCode(this.dataSource.manager, reason);
    if (known === undefined) {
      throw unprocessable([{ path: 'reason', code: 'unknown_reason', message: 'The catalogue has no such reason' }]);
    }
    if (known.needsNote && act.note === undefined) {
      throw unprocessable([{ path: 'note', code: 'note_required', message: `${known.label} needs a few words` }]);
    }
    const noteId = await this.writeWhileOpen(act, insights);
    const command = { handoffNo: view.no, by: person.id, via, reason, ...given({ quality, earliestReturnAt, noteId }) };
    const answer = await this.ask(act, 'rejected', this.leads.rejectHandoff(view.leadId, command, updateId));
    return this.conclude(act, 'handoff.reject', answer, { reason });
  }

  async reassign(act: Act, to: Person): Promise<DecidedAnswer> {
    const { view, person, updateId } = act;
    if (!to.roles.includes('rep')) {
      throw unprocessable([{ path: 'to', code: 'no_rep', message: `${to.name} is no rep` }]);
    }
    if (to.id === view.assigneeId) {
      throw unprocessable([{ path: 'to', code: 'same_person', message: `${to.name} has it already` }]);
    }
    const noteId = await this.writeWhileOpen(act);
    const command = { handoffNo: view.no, by: person.id, toPersonId: to.id, ...given({ noteId }) };
    const answer = await this.ask(act, undefined, this.leads.reassignHandoff(view.leadId, command, updateId));
    return this.conclude(act, 'handoff.reassign', answer, { toPersonId: to.id });
  }

  async acknowledge(act: Act): Promise<DecidedAnswer> {
    const { view, person, updateId } = act;
    // Also when the process has forgotten it: the same person taking it back again gets the same answer.
    if (view.acknowledgedById === person.id) return this.answerOf(view, person);
    const noteId = view.acknowledgedAt === null ? await this.writeWords(act) : undefined;
    const command = { handoffNo: view.no, by: person.id, ...given({ noteId }) };
    const answer = await this.ask(act, 'acknowledged', this.leads.acknowledgeReturn(view.leadId, command, updateId));
    return this.conclude(act, 'handoff.acknowledge_return', answer);
  }

  async recordTouch(act: Act, disposition: string, occurredAt: number): Promise<DecidedAnswer> {
    const { view, person, updateId } = act;
    const noteId = await this.writeWords(act);
    const command = { handoffNo: view.no, by: person.id, disposition, occurredAt, ...given({ noteId }) };
    const answer = await this.ask(act, undefined, this.leads.recordFirstTouch(view.leadId, command, updateId));
    return this.conclude(act, 'handoff.touch', answer, { disposition });
  }

  async recordOutcome(
    act: Act,
    outcome: { outcome: 'won' | 'lost'; reason?: string; amount?: string; currency?: string; externalId?: string },
    occurredAt: string | undefined,
  ): Promise<{ lead: DecidedAnswer['lead']; at: number }> {
    const { view, person, updateId } = act;
    const noteId = await this.writeWords(act);
    const command = { by: person.id, ...outcome, ...given({ noteId }) };
    const answer = await this.ask(act, outcome.outcome, this.leads.recordOutcome(view.leadId, command, updateId));
    const { lead } = await this.conclude(act, 'lead.outcome', answer, { ...outcome, ...given({ occurredAt }) });
    return { lead, at: answer.ok ? answer.at : Date.now() };
  }

  /** The process of a closed lead is over: the record answers, with the same decision again or with who decided. */
  private async ask(
    { view: { id }, person }: Act,
    kind: LastDecision['kind'] | undefined,
    answer: Promise<CommandAnswer>,
  ): Promise<CommandAnswer> {
    try {
      return await answer;
    } catch (error) {
      const { manager } = this.dataSource;
      const view = await this.reads.byId(manager, id);
      const isOver = error instanceof ProblemException && error.slug === 'not-found';
      if (!isOver || view === undefined || !isClosed(view.leadState)) throw error;
      const aboutOffer = kind === 'accepted' || kind === 'rejected';
      const decision = aboutOffer ? lastOf(view) : ((await this.reads.outcomeOf(manager, view)) ?? lastOf(view));
      const { leadState: state } = view;
      if (decision?.kind === kind && decision?.by === person.id)
        return { ok: true, state, at: decision.at, repeated: true };
      return { ok: false, state, why: 'already_decided', ...given({ decision }) };
    }
  }

  /** After a decision words are not stored again: the call only asks for the same answer. */
  private async writeWhileOpen(act: Act, insights: Rejection['insights'] = []): Promise<string | undefined> {
    return act.view.state === 'offered' ? this.writeWords(act, insights) : undefined;
  }

  /** Histories carry ids only, so words are stored before the command that names them. */
  private async writeWords(
    { view, person, note }: Act,
    insights: Rejection['insights'] = [],
  ): Promise<string | undefined> {
    if (note === undefined && insights.length === 0) return undefined;
    const at = new Date(leadNow(view, Date.now()));
    const noteId = uuidV7();
    await inTransaction(this.dataSource, async (manager) => {
      if (note !== undefined) {
        await manager.query('INSERT INTO notes (id, lead_id, by_person_id, text, at) VALUES ($1, $2, $3, $4, $5)', [
          noteId,
          view.leadId,
          person.id,
          note,
          at,
        ]);
      }
      await this.facts.addInsights(manager, view.leadId, insights, { personId: person.id, wallNow: new Date() });
    });
    return note === undefined ? undefined : noteId;
  }

  private async conclude(
    act: Act,
    action: string,
    answer: CommandAnswer,
    data: Readonly<Record<string, unknown>> = {},
  ): Promise<DecidedAnswer> {
    const { view, person, via, note, onBehalf } = act;
    if (!answer.ok) throw await this.refusal(view, person, answer);
    if (answer.repeated !== true) {
      const entry = {
        actorId: person.id,
        action,
        subjectKind: action.startsWith('lead.') ? 'lead' : 'handoff',
        subjectId: action.startsWith('lead.') ? view.leadId : view.id,
        data: { ...data, via, ...(onBehalf === undefined ? {} : { byKeyOf: onBehalf }) },
        ...(note === undefined ? {} : { note }),
      };
      await inTransaction(this.dataSource, (manager) => this.audit.record(manager, entry, new Date()));
    }
    return this.answerOf((await this.reads.byId(this.dataSource.manager, view.id)) ?? view, person);
  }

  private answerOf(view: HandoffView, person: Person): DecidedAnswer {
    return { handoff: presentHandoff(view, person.id), lead: presentLead(view) };
  }

  /** 409: who decided, when, and what is true now. */
  private async refusal(
    before: HandoffView,
    reader: Person,
    { why, state, decision }: Extract<CommandAnswer, { ok: false }>,
  ): Promise<ProblemException> {
    const { manager } = this.dataSource;
    const view = (await this.reads.byId(manager, before.id)) ?? before;
    const last = decision ?? lastOf(view);
    const by = last === undefined || last.by === null ? undefined : await this.people.byId(manager, last.by);
    const at = last === undefined ? undefined : formatInstant(last.at, reader.zone);
    const detail =
      last === undefined
        ? `This does not apply now: the lead is ${state}.`
        : `${by?.name ?? (last.kind === 'expired' ? 'The agreed time' : 'Baton')} ${VERBS[last.kind]} this handoff, ${at}. The lead is now ${state}.`;
    return conflict(detail, {
      why,
      state,
      handoffState: view.state,
      decision: last?.kind ?? null,
      decidedBy: by === undefined ? null : { id: by.id, name: by.name },
      decidedAt: last === undefined ? null : new Date(last.at).toISOString(),
    });
  }
}

const VERBS: Readonly<Record<LastDecision['kind'], string>> = {
  accepted: 'accepted',
  rejected: 'rejected',
  expired: 'ended',
  withdrawn: 'withdrew',
  given_back: 'gave back',
  acknowledged: 'took back',
  won: 'won',
  lost: 'lost',
};

function lastOf(view: HandoffView): LastDecision | undefined {
  const { state, decidedAt } = view;
  if (decidedAt === null || state === 'offered') return undefined;
  return { handoffNo: view.no, kind: state, by: view.decidedById, at: decidedAt.getTime() };
}

/** Leaves out what has no value: commands stand in histories. */
function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
