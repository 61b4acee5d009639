import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { CommandAnswer, DecisionChannel } from '../../domain/lead/lead-command.js';
import type { LastDecision } from '../../domain/lead/lead-process.js';
import { isClosed } from '../../domain/lead/lead-state.js';
import { formatInstant } from '../../domain/time/zone.js';
import { AuditService } from '../common/audit/audit.service.js';
import { conflict, ProblemException, unavailable } from '../common/problem.js';
import { inTransaction } from '../database/transaction.js';
import { type Person, PeopleService } from '../people/people.service.js';
import { presentHandoff, presentLead } from './handoff.presenter.js';
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

/** What callers hear about a decision: the record as it stands now, or who was first. */
@Injectable()
export class HandoffAnswersService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly reads: HandoffsReadModel,
    private readonly people: PeopleService,
    private readonly audit: AuditService,
  ) {}

  /** The process of a closed lead is over: the record answers, with the same decision again or with who decided. */
  async ask(
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
      return { ok: false, state, why: 'already_decided', ...(decision === undefined ? {} : { decision }) };
    }
  }

  /** Audits what was decided and answers with the record; throws the refusal. */
  async conclude(
    act: Act,
    action: string,
    answer: CommandAnswer,
    data: Readonly<Record<string, unknown>> = {},
  ): Promise<DecidedAnswer> {
    const { view, person, via, note, onBehalf } = act;
    if (!answer.ok && answer.why === 'path_unknown') {
      throw unavailable(1, 'Where this lead goes is still being looked up. Repeat the same request.');
    }
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

  /** Throws 409 when an outcome that is said again says something else of the deal: what stands is not changed silently. */
  async mustSaySame(view: HandoffView, told: Readonly<Record<string, unknown>>): Promise<void> {
    const stands = await this.reads.outcomeWords(this.dataSource.manager, view);
    const other = Object.keys(told).filter((name) => told[name] !== undefined && told[name] !== stands[name]);
    if (other.length === 0) return;
    const words = other.map((name) => `${name} ${typeof stands[name] === 'string' ? stands[name] : 'not given'}`);
    throw conflict(
      `This outcome is recorded already, with ${words.join(', ')}. It is not changed by saying it again.`,
      { why: 'already_recorded', state: view.leadState },
    );
  }

  answerOf(view: HandoffView, person: Person): DecidedAnswer {
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
        : `${by?.name ?? (last.kind === 'expired' ? 'The agreed time' : 'Baton')} ${VERBS[last.kind]} this handoff, ${at}. ${HINTS[why] ?? ''}The lead is now ${state}.`;
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
  undone: 'took back the decision on',
  pushed: 'pushed',
  reopened: 'reopened',
};

/** Why it does not apply, where who decided does not say it. */
const HINTS: Readonly<Record<string, string>> = {
  no_air_cover: 'Marketing writes nothing to this lead now, and nothing is planned. ',
  not_the_decider: 'Nobody else can undo that. ',
  too_late: 'The five minutes to undo are over: give it back, or offer it anew. ',
};

function lastOf(view: HandoffView): LastDecision | undefined {
  const { state, decidedAt } = view;
  if (decidedAt === null || state === 'offered') return undefined;
  return { handoffNo: view.no, kind: state, by: view.decidedById, at: decidedAt.getTime() };
}
