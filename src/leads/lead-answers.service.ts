import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { CadencePlan } from '../../domain/cadence/cadence-plan.js';
import { ladderInstants } from '../../domain/handoff/ladder-instants.js';
import type { SlaPolicy } from '../../domain/handoff/sla-policy.schema.js';
import { recyclePath } from '../../domain/handoff/recycle-path.js';
import { checkIntake } from '../../domain/lead/check-intake.js';
import { reachesProcess } from '../../domain/lead/contact-stops.js';
import { judgeLead } from '../../domain/lead/judge-lead.js';
import { ALWAYS_RELEVANT, interestOf, type LeadInterest } from '../../domain/lead/interest.js';
import type { Ladder, RecyclePath } from '../../domain/lead/lead-process.js';
import type { Answers, Ask, SyncLeadInput } from '../../domain/lead/lead-sync.js';
import {
  addBusinessMinutes,
  type BusinessCalendar,
  businessDurationToMinutes,
} from '../../domain/time/business-calendar.js';
import { requireDuration } from '../../domain/time/duration.js';
import { addDuration } from '../../domain/time/wait.js';
import { DocumentsService } from '../documents/documents.service.js';
import { EngagementsReadModel } from '../engagements/engagements.read-model.js';
import { PeopleService } from '../people/people.service.js';
import { OrganisationService } from '../people/organisation.service.js';
import { SuppressionsService } from '../touches/suppressions.service.js';
import { CadenceAnswersService, planOf } from './cadence-answers.service.js';
import type { LeadFacts } from './lead-facts.service.js';
import { LeadPlanningService } from './lead-planning.service.js';

/** A person without working hours of their own answers around the clock. */
const ALWAYS_OPEN: BusinessCalendar = {
  days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
  from: '00:00',
  to: '24:00',
  holidays: [],
};

/** Answers what a lead's process asks: verdicts, planned instants, looked-up paths. Reads only. */
@Injectable()
export class LeadAnswersService {
  constructor(
    private readonly documents: DocumentsService,
    private readonly people: PeopleService,
    private readonly organisation: OrganisationService,
    private readonly engagements: EngagementsReadModel,
    private readonly planning: LeadPlanningService,
    private readonly suppressions: SuppressionsService,
    private readonly cadences: CadenceAnswersService,
  ) {}

  /** Everything of the argument's ask, as of its `now`; the interest that follows from it, and the plan in force. */
  async answer(
    manager: EntityManager,
    known: LeadFacts,
    input: SyncLeadInput,
  ): Promise<{ answers: Answers; interest: LeadInterest; plan: CadencePlan | undefined }> {
    const { lead, facts } = known;
    const { ask, now, process } = input;
    const at = new Date(now);
    const definitions = ask.qualify ? await this.documents.listEffective(manager, 'definition', at) : [];
    const version = ask.step ? await this.documents.load(manager, 'cadence', ask.step.versionId) : undefined;
    const cadence = version?.body;
    const plan = version && planOf(version);
    const { dueAt, nextDueAt } =
      cadence && ask.step ? await this.planning.instantsOf(manager, known, cadence, ask.step) : {};
    const step = ask.step && { ...ask.step, dueAt: ask.step.dueAt ?? dueAt };
    const ranked = definitions
      .map(({ id, body }) => ({ id, document: body }))
      .sort((a, b) => a.document.rank - b.document.rank);
    const rivals = await this.cadences.rivals(manager, ask, cadence, now);
    const beside = {
      rivals: rivals.map(({ body }) => body),
      suspended: await this.cadences.suspended(manager, ask),
    };
    const judged = { definitions: ranked, cadence, leadId: lead.id, ...beside };
    const verdicts = judgeLead({ ...ask, step }, facts, judged, now);
    const { supersede, retryAt } = verdicts.qualified
      ? {}
      : await this.cadences.supersede(manager, known, ask, rivals, now);
    const pulled = await this.engagements.after(manager, lead.id, process.cursor);
    const answers: Answers = {
      cursor: lead.lastSeq,
      facts: pulled
        .filter((fact) => reachesProcess(fact) && (fact.handRaise || ALWAYS_RELEVANT.includes(fact.kind)))
        .map(({ seq, at: instant, kind, handRaise }) => ({
          seq,
          at: instant,
          kind,
          ...(handRaise ? { handRaise } : {}),
        })),
      contactable: lead.contactable && lead.email !== null,
      ...verdicts,
      nextChangeAt: earlier(verdicts.nextChangeAt, retryAt),
      supersede,
      cadencePause: step && cadence && (await this.cadences.pause(manager, known, cadence.key, step, now)),
      ...(ask.intake ? { intake: await this.intake(manager, lead, verdicts.qualified !== undefined) } : {}),
      ...(ask.entry && !verdicts.qualified ? { entry: await this.cadences.entry(manager, known, ask.entry, now) } : {}),
      ...(ask.cover ? { cover: await this.cadences.cover(manager, known, ask.cover, now) } : {}),
      ...(input.needsPlan ? { plan } : {}),
      ...(ask.step?.posted ? { posted: await this.cadences.posted(manager, lead.id, ask.step) } : {}),
      dueAt,
      nextDueAt,
      ...(ask.ladder ? { ladder: await this.ladder(manager, lead.marketingPersonId, ask.ladder) } : {}),
      ...(ask.grace ? { graceEndsAt: await this.graceEnd(manager, ask.grace) } : {}),
      ...(ask.recycle ? { recycle: await this.recycle(manager, lead.id, ask.recycle) } : {}),
    };
    const documents = ranked.map(({ document }) => document);
    return {
      answers,
      interest: interestOf(ask, documents, cadence, {
        rivals: beside.rivals,
        suspended: [...beside.suspended.values()],
      }),
      plan,
    };
  }

  private async intake(
    manager: EntityManager,
    { email, phone, contactable }: LeadFacts['lead'],
    handRaised: boolean,
  ): Promise<Answers['intake']> {
    const isClosed = email !== null && !contactable;
    const suppressedBy = isClosed ? await this.suppressions.causeOf(manager, email) : undefined;
    return checkIntake({ email, phone, suppressedBy, handRaised });
  }

  private async ladder(
    manager: EntityManager,
    marketingPersonId: string | null,
    ask: NonNullable<Ask['ladder']>,
  ): Promise<Ladder> {
    const policy = (await this.documents.effective(manager, 'sla', 'default', new Date(ask.from)))?.body;
    if (!policy) return { purpose: ask.purpose, rungs: [], next: 0, breachAt: ask.from };
    const { within, rungs } = {
      accept: policy.accept,
      first_touch: policy.firstTouch,
      acknowledge: policy.acknowledge,
    }[ask.purpose];
    const { calendar, zone } = await this.hoursOf(manager, ask.assigneeId ?? marketingPersonId);
    const breachAt = addBusinessMinutes(
      calendar,
      zone,
      ask.from,
      businessDurationToMinutes(requireDuration(within), calendar),
    );
    return {
      purpose: ask.purpose,
      rungs: ladderInstants(rungs, calendar, zone, ask.from),
      next: 0,
      breachAt: Math.min(breachAt, ask.firstContactBy ?? breachAt),
      ...(ask.purpose === 'accept' ? reassignOf(policy) : {}),
    };
  }

  /** Grace is calendar time: sales keeps marketing's hand on the lead over a weekend too. */
  private async graceEnd(manager: EntityManager, ask: NonNullable<Ask['grace']>): Promise<number> {
    const policy = (await this.documents.effective(manager, 'sla', 'default', new Date(ask.from)))?.body;
    const { zone } = await this.hoursOf(manager, ask.assigneeId);
    return policy ? addDuration(ask.from, requireDuration(policy.grace), zone) : ask.from;
  }

  private async recycle(
    manager: EntityManager,
    leadId: string,
    ask: NonNullable<Ask['recycle']>,
  ): Promise<RecyclePath> {
    const policy = (await this.documents.effective(manager, 'recycle', 'default', new Date(ask.decidedAt)))?.body;
    const zone = await this.planning.zoneOf(manager, leadId);
    const path = recyclePath(policy ?? {}, ask.reason, {
      loops: ask.loops,
      decidedAt: ask.decidedAt,
      zone,
      earliestReturnAt: ask.wantedReturnAt,
    });
    return {
      to: path.to,
      cadence: path.to === 'cadence' ? path.key : undefined,
      earliestReturnAt: path.earliestReturnAt,
      scoreFactor: path.scoreFactor,
    };
  }

  private async hoursOf(
    manager: EntityManager,
    personId: string | null,
  ): Promise<{ calendar: BusinessCalendar; zone: string }> {
    const hours = personId === null ? undefined : await this.people.calendarOf(manager, personId);
    return hours ?? { calendar: ALWAYS_OPEN, zone: (await this.organisation.get(manager)).zone };
  }
}

/** Only of a ladder that reassigns: it stands in histories. */
function reassignOf({ accept }: SlaPolicy): Pick<Ladder, 'reassign'> {
  if (!accept.rungs.some((rung) => rung.do === 'reassign')) return {};
  return { reassign: { times: accept.reassignments, then: accept.then } };
}

const earlier = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);
