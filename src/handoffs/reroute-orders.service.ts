import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { leaveOf } from '../../domain/handoff/rep-leave.js';
import { AuditService } from '../common/audit/audit.service.js';
import { inTransaction } from '../database/transaction.js';
import { JobsService } from '../jobs/jobs.service.js';
import { type Person, PeopleService } from '../people/people.service.js';
import { HandoffRoutingService } from './handoff-routing.service.js';
import { OpenOffersReadModel } from './open-offers.read-model.js';

/** As fast as leads are routed one after the other: nobody answers these offers. */
const RATE = { leads: 600, per: 'minute' } as const;

export interface OrderedRerouting {
  readonly jobId: string;
  /** Open offers it found. */
  readonly offers: number;
}

/** Orders that the open offers of a rep who is gone go to others; a job does it (`docs/adr/0019-reps-who-leave.md`). */
@Injectable()
export class RerouteOrdersService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly people: PeopleService,
    private readonly routing: HandoffRoutingService,
    private readonly offers: OpenOffersReadModel,
    private readonly jobs: JobsService,
    private readonly audit: AuditService,
  ) {}

  /** Of who has left or is away at `now`: the job about all their open offers, new or open already. null when there is nothing to do. */
  async order({ key }: Pick<Person, 'key'>, actorId: string, now: Date): Promise<OrderedRerouting | null> {
    const ordered = await inTransaction(this.dataSource, async (manager) => {
      const person = await this.people.byKey(manager, key);
      if (person === undefined || leaveOf(person, now.getTime()) === undefined) return null;
      // Who routed before has committed, who routes after sees that the rep is gone.
      await this.routing.lock(manager);
      const leadIds = await this.offers.ofPerson(manager, person.id);
      return leadIds.length === 0 ? null : this.orderThese(manager, person, leadIds, { actorId, now });
    });
    if (ordered !== null) await this.jobs.start(ordered.jobId);
    return ordered;
  }

  /**
   * The same for everybody whom no job deals with: who left by a file, whose absence begins, to whom an undone decision came
   * back. What a person offers to somebody who is away already stays there.
   */
  async orderMissing(now: Date): Promise<void> {
    const { manager } = this.dataSource;
    const found = await this.offers.undealt(manager);
    for (const key of new Set(found.map(({ personKey }) => personKey))) {
      const person = await this.people.byKey(manager, key);
      const leave = person && leaveOf(person, now.getTime());
      if (!person || !leave) continue;
      const isDue = leave.why === 'inactive' ? () => true : (at: Date) => at.getTime() < leave.since;
      const leadIds = found
        .filter(({ personKey, offeredAt }) => personKey === key && isDue(offeredAt))
        .map(({ leadId }) => leadId);
      if (leadIds.length === 0) continue;
      const ordered = await inTransaction(this.dataSource, async (inside) => {
        await this.routing.lock(inside);
        const actorId = (await this.people.accountableOwner(inside)).id;
        return this.orderThese(inside, person, leadIds, { actorId, now });
      });
      await this.jobs.start(ordered.jobId);
    }
  }

  private async orderThese(
    manager: Parameters<JobsService['create']>[0],
    person: Person,
    leadIds: readonly string[],
    { actorId, now }: { readonly actorId: string; readonly now: Date },
  ): Promise<OrderedRerouting> {
    const about = { kind: 'reroute_offers', subject: person.key } as const;
    const offers = leadIds.length;
    const open = await this.jobs.extend(manager, about, leadIds);
    if (open !== undefined) return { jobId: open, offers };
    const input = { personId: person.id, why: leaveOf(person, now.getTime())?.why ?? null };
    const order = { ...about, input, rate: RATE, startedBy: actorId };
    const jobId = await this.jobs.create(manager, order, leadIds, now);
    const data = { ...input, jobId, offers };
    const entry = { actorId, action: 'person.reroute_offers', subjectKind: 'person', subjectId: person.id, data };
    await this.audit.record(manager, entry, now);
    return { jobId, offers };
  }
}
