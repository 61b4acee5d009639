import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { decisionRight, mayNameOther } from '../../domain/handoff/decision-rights.js';
import type { Caller } from '../common/auth/caller.js';
import { forbidden, notFound, unprocessable } from '../common/problem.js';
import { type Person, PeopleService } from '../people/people.service.js';
import { type HandoffView, type HandoffViewer, HandoffsReadModel } from './handoffs.read-model.js';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Who acts on which handoff, and whether they may. */
@Injectable()
export class HandoffActorService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly people: PeopleService,
    private readonly reads: HandoffsReadModel,
  ) {}

  /** By id or key; 422 naming the field when there is none. */
  async person(ref: string, field: string): Promise<Person> {
    const { manager } = this.dataSource;
    const person = await (uuid.test(ref) ? this.people.byId(manager, ref) : this.people.byKey(manager, ref));
    if (person?.active) return person;
    throw unprocessable([{ path: field, code: 'unknown_person', message: 'There is no such active person' }]);
  }

  /** The person a key acts for: the one named in `by`, else its own. */
  async actor(caller: Caller, by: string | undefined): Promise<Person> {
    const own = await this.person(caller.personId, 'by');
    if (by === undefined || by === own.id || by === own.key) return own;
    if (!mayNameOther(own.roles, caller.scopes)) {
      throw forbidden(
        'This key decides for its own person only. A team owner, operator or admin key may name others in `by`.',
      );
    }
    return this.person(by, 'by');
  }

  async viewer(caller: Caller): Promise<HandoffViewer> {
    const person = await this.people.byId(this.dataSource.manager, caller.personId);
    // Marketing answers for every lead before and after; sales sees its own team's.
    const seesAll = caller.scopes.some((scope) => scope === 'marketing' || scope === 'admin');
    return { personId: caller.personId, teamKey: person?.teamKey ?? null, seesAll };
  }

  /** 404 for what is another team's, with the same body as for what is not there. */
  async visible(caller: Caller, id: string): Promise<HandoffView> {
    const view = await this.reads.byId(this.dataSource.manager, id);
    if (view === undefined) throw notFound();
    const viewer = await this.viewer(caller);
    if (!viewer.seesAll && decisionRight(viewer, view) === 'none') throw notFound();
    return view;
  }

  /** The handoff, when that person may decide about it; 403 for the rest of the team, 404 for everybody else. */
  async decidable(person: Person, id: string): Promise<HandoffView> {
    const view = await this.reads.byId(this.dataSource.manager, id);
    if (view === undefined) throw notFound();
    this.mustDecide(person, view);
    return view;
  }

  mustDecide(person: Person, view: HandoffView): void {
    const right = decisionRight({ personId: person.id, teamKey: person.teamKey }, view);
    if (right === 'none') throw notFound();
    if (right === 'see') {
      throw forbidden(
        `Only ${view.assigneeName}, the team's owner and the accountable owner decide about this handoff.`,
      );
    }
  }

  /** What is marketing's to do: its people, and the accountable owner. `whose` says so to everybody else. */
  async marketingSide(person: Person, id: string, whose: string): Promise<HandoffView> {
    const { manager } = this.dataSource;
    const view = await this.reads.byId(manager, id);
    if (view === undefined) throw notFound();
    if (person.id === view.marketingPersonId || person.id === view.accountableOwnerId) return view;
    const team = person.teamKey === null ? undefined : await this.people.team(manager, person.teamKey);
    if (team?.side === 'marketing') return view;
    if (decisionRight({ personId: person.id, teamKey: person.teamKey }, view) === 'none') throw notFound();
    throw forbidden(whose);
  }
}
