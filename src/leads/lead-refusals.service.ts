import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { plainName } from '../../domain/condition/describe-condition.js';
import type { CommandAnswer } from '../../domain/lead/lead-command.js';
import type { LastDecision } from '../../domain/lead/lead-process.js';
import { formatInstant } from '../../domain/time/zone.js';
import { conflict, type ProblemException } from '../common/problem.js';
import { PeopleService } from '../people/people.service.js';
import type { LeadEntity } from './lead.entity.js';

type Refused = Extract<CommandAnswer, { ok: false }>;

/** In the order of a sentence: it can not be … now. */
const DONE = {
  disqualify: 'disqualified',
  offer: 'offered',
  withdraw: 'withdrawn',
  reopen: 'reopened',
  erase: 'erased',
  enroll: 'enrolled',
  pause: 'paused',
  resume: 'resumed',
  'remove-from-cadence': 'removed from a cadence',
} as const;

/** Where its state is not what stands against the order. */
const BECAUSE: Readonly<Record<string, string>> = {
  not_paused: 'is not paused',
  paused: 'is paused, resume it first',
  not_contactable: 'may not be written to',
  already_inside: 'is in this cadence already',
  not_in_cadence: 'is not in this cadence',
  too_deep: 'has three cadences that wait for each other, remove it from one first',
};

/** Says why an order to a lead does not apply: who decided what, when, and what is true now. */
@Injectable()
export class LeadRefusalsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly people: PeopleService,
  ) {}

  async of({ state, why, decision }: Refused, order: keyof typeof DONE, readerId: string): Promise<ProblemException> {
    const names = await this.names(decision, readerId);
    const because = BECAUSE[why] ?? `is ${plainName(state)}`;
    return conflict(`${names.sentence}The lead ${because}: it can not be ${DONE[order]} now.`, {
      ...{ state, why, decision: decision?.kind ?? null, decidedBy: names.by },
      decidedAt: decision === undefined ? null : new Date(decision.at).toISOString(),
    });
  }

  /** Of a lead whose process is over, from the record: what closed it stands there. */
  async ofClosed(lead: LeadEntity, order: keyof typeof DONE, readerId: string): Promise<ProblemException> {
    const [last] = await this.dataSource.query<{ by: string | null; at: Date }[]>(
      `select by_person_id as by, at from decisions where lead_id = $1 and kind = $2 order by at desc, id desc limit 1`,
      [lead.id, lead.state],
    );
    const by = last?.by ? await this.people.byId(this.dataSource.manager, last.by) : undefined;
    const zone = await this.zoneOf(readerId);
    const since = formatInstant(lead.stateSinceAt.getTime(), zone);
    const who = by === undefined ? '' : ` by ${by.name}`;
    return conflict(`The lead is ${plainName(lead.state)} since ${since}${who}: it can not be ${DONE[order]} now.`, {
      ...{ state: lead.state, why: 'closed', since: lead.stateSinceAt.toISOString() },
      ...{ decision: last === undefined ? null : lead.state, decidedAt: last?.at.toISOString() ?? null },
      decidedBy: by === undefined ? null : { id: by.id, name: by.name },
    });
  }

  private async names(decision: LastDecision | undefined, readerId: string) {
    if (decision === undefined) return { by: null, sentence: '' };
    const { by, kind, at } = decision;
    const person = by === null ? undefined : await this.people.byId(this.dataSource.manager, by);
    const when = formatInstant(at, await this.zoneOf(readerId));
    return {
      by: person === undefined ? null : { id: person.id, name: person.name },
      sentence: `${plainName(kind)} by ${person?.name ?? 'the agreed time'}, ${when}. `.replace(/^./, (first) =>
        first.toUpperCase(),
      ),
    };
  }

  private async zoneOf(personId: string): Promise<string> {
    return (await this.people.byId(this.dataSource.manager, personId))?.zone ?? 'UTC';
  }
}
