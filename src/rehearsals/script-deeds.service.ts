import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Happened } from '../../domain/rehearsal/next-deed.js';
import type { ScriptDeed } from '../../domain/rehearsal/rehearsal-script.schema.js';
import { conflict, ProblemException } from '../common/problem.js';
import { EngagementsService } from '../engagements/engagements.service.js';
import { HandoffDecisionsService } from '../handoffs/handoff-decisions.service.js';
import { type HandoffView, HandoffsReadModel } from '../handoffs/handoffs.read-model.js';
import { LeadCommandsService } from '../leads/lead-commands.service.js';
import { type Person, PeopleService } from '../people/people.service.js';
import { TodosService } from '../todos/todos.service.js';

/** Source of the engagements a script makes. */
const SCRIPT = 'rehearsal';

interface Deed {
  readonly leadId: string;
  /** Epoch milliseconds on the lead's clock. */
  readonly at: number;
  /** Number of the entry in the script. */
  readonly index: number;
  readonly do: ScriptDeed;
}

/** Carries the script of a rehearsal out, inside its sandbox, through the services that answer requests. */
@Injectable()
export class ScriptDeedsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly engagements: EngagementsService,
    private readonly handoffs: HandoffsReadModel,
    private readonly decisions: HandoffDecisionsService,
    private readonly commands: LeadCommandsService,
    private readonly todos: TodosService,
    private readonly people: PeopleService,
  ) {}

  /** What a script's answers may follow. */
  async happened(leadId: string, from: number): Promise<Happened> {
    const [touches, handoffs, returns] = await Promise.all(
      [
        `select step as key, min(claimed_at) as at from touches
          where lead_id = $1 and claimed_at >= $2 group by step`,
        'select no as key, offered_at as at from handoffs where lead_id = $1 and offered_at >= $2',
        `select data ->> 'to' as key, at from lead_records
          where lead_id = $1 and at >= $2 and kind = 'state' and data ->> 'to' = 'returning' order by rev, n`,
      ].map((sql) => this.dataSource.query<{ key: string | number; at: Date }[]>(sql, [leadId, new Date(from)])),
    );
    return {
      touches: new Map(touches?.map(({ key, at }) => [String(key), at.getTime()])),
      handoffs: new Map(handoffs?.map(({ key, at }) => [Number(key), at.getTime()])),
      returns: returns?.map(({ at }) => at.getTime()) ?? [],
    };
  }

  /** Answers why it did not apply; undefined when it was done. */
  async perform(deed: Deed): Promise<string | undefined> {
    try {
      await this.act(deed);
      return undefined;
    } catch (error) {
      if (!(error instanceof ProblemException) || error.slug === 'unavailable') throw error;
      return error.detail;
    }
  }

  private async act({ leadId, at, index, do: deed }: Deed): Promise<unknown> {
    const updateId = `script/${index}`;
    if (typeof deed === 'object' && 'engagement' in deed) return this.engage(leadId, at, index, deed);
    if (typeof deed === 'object' && 'offer' in deed) {
      const personId = await this.marketingPersonOf(leadId);
      return this.commands.push(leadId, { personId, note: deed.offer, updateId });
    }
    if (typeof deed === 'object' && 'todo' in deed) return this.finishTodo(leadId, deed, updateId);
    const view = await this.handoffs.latestOfLead(this.dataSource.manager, leadId);
    if (view === undefined) throw conflict('Sales has not been offered this lead.');
    const isMarketing = deed === 'acknowledge' || deed === 'withdraw';
    const person = await this.person(isMarketing ? await this.marketingPersonOf(leadId) : view.assigneeId);
    const note = typeof deed === 'object' && 'note' in deed ? deed.note : undefined;
    return this.decide(deed, { view, person, via: 'api', updateId, note }, at);
  }

  private decide(
    deed: Exclude<ScriptDeed, { engagement: string } | { offer: string } | { todo: string }>,
    act: { view: HandoffView; person: Person; via: 'api'; updateId: string; note: string | undefined },
    at: number,
  ): Promise<unknown> {
    if (deed === 'accept') return this.decisions.accept(act);
    if (deed === 'acknowledge') return this.decisions.acknowledge(act);
    if (deed === 'withdraw') return this.decisions.withdraw(act);
    if (deed === 'stop_air_cover') return this.decisions.stopAirCover(act);
    if ('firstTouch' in deed) return this.decisions.recordTouch(act, deed.firstTouch, at);
    if ('outcome' in deed) {
      const { outcome, reason, value } = deed;
      return this.decisions.recordOutcome(act, { outcome, ...(reason && { reason }), ...value }, undefined);
    }
    const earliestReturnAt = deed.earliestReturnAt === undefined ? undefined : Date.parse(deed.earliestReturnAt);
    return 'reject' in deed
      ? this.decisions.reject(act, { reason: deed.reject, quality: deed.quality, earliestReturnAt })
      : this.decisions.giveBack(act, { reason: deed.return, earliestReturnAt });
  }

  private async engage(
    leadId: string,
    at: number,
    index: number,
    { engagement, of, properties, purpose }: Extract<ScriptDeed, { engagement: string }>,
  ): Promise<void> {
    const item = {
      source: SCRIPT,
      eventId: `${leadId}/${index}`,
      lead: { id: leadId },
      kind: engagement,
      occurredAt: new Date(at),
      properties: { ...(of === undefined ? {} : { touch: of }), ...properties },
      ...(purpose === undefined ? {} : { purpose }),
    };
    const [result] = await this.engagements.ingest([item]);
    if (result?.result === 'refused') throw result.problem;
  }

  private async finishTodo(
    leadId: string,
    { todo, note }: Extract<ScriptDeed, { todo: string }>,
    updateId: string,
  ): Promise<void> {
    const [open] = await this.dataSource.query<{ id: string; person_id: string }[]>(
      `select id, person_id from todos where lead_id = $1 and enrollment_no is not null and state = 'open' order by created_at, id limit 1`,
      [leadId],
    );
    if (!open) throw conflict('There is no open to-do.');
    await this.todos.done(open.id, { personId: open.person_id, disposition: todo, note, updateId });
  }

  private async marketingPersonOf(leadId: string): Promise<string> {
    const [row] = await this.dataSource.query<{ id: string }[]>(
      'select coalesce(marketing_person_id, accountable_person_id) as id from leads where id = $1',
      [leadId],
    );
    return row?.id ?? '';
  }

  private async person(id: string): Promise<Person> {
    const person = await this.people.byId(this.dataSource.manager, id);
    if (!person) throw conflict('The person who would decide is gone.');
    return person;
  }
}
