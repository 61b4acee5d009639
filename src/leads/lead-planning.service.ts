import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { CadenceDocument } from '../../domain/cadence/cadence.schema.js';
import type { CadenceStep, EmailStep } from '../../domain/cadence/steps/step-kinds.schema.js';
import { remeasureDue } from '../../domain/cadence/remeasure-due.js';
import { lateTouchSlot } from '../../domain/contactability/touch-slot.js';
import type { Standing } from '../../domain/lead/explain-words.js';
import type { EnrollmentProcess } from '../../domain/lead/lead-process.js';
import type { CatchUp } from '../../domain/lead/resume-policy.js';
import type { Ask } from '../../domain/lead/lead-sync.js';
import { type BusinessCalendar, closedOn, type Holiday, holidaysOf } from '../../domain/time/business-calendar.js';
import { chooseZone } from '../../domain/time/choose-zone.js';
import { requireDuration } from '../../domain/time/duration.js';
import { addDuration, waitEnd, type WaitSpec } from '../../domain/time/wait.js';
import { DocumentsService } from '../documents/documents.service.js';
import { PeopleService } from '../people/people.service.js';
import type { LeadFacts } from './lead-facts.service.js';

const WEEKDAYS_ONLY: BusinessCalendar = {
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  from: '09:00',
  to: '17:00',
  holidays: [],
};

interface Place {
  readonly lead: LeadFacts['lead'];
  readonly zone: string;
  /** The organisation's. */
  readonly daysOff: readonly Holiday[];
  /** Of the lead's country, closed on the organisation's days off too. */
  readonly calendar: BusinessCalendar;
  readonly catchUp?: CatchUp | undefined;
}

/** Where and when a lead's touches and waits lie: its zone, the holidays of its country and of the organisation, the instants of a step. */
@Injectable()
export class LeadPlanningService {
  constructor(
    private readonly people: PeopleService,
    private readonly documents: DocumentsService,
  ) {}

  /** Lead's zone, else the campaign's, else the organisation's. */
  async zoneOf(manager: EntityManager, leadId: string): Promise<string> {
    return (await this.surroundings(manager, leadId)).zone;
  }

  /** The lead's zone, and the organisation's own days off. */
  private async surroundings(manager: EntityManager, leadId: string): Promise<{ zone: string; daysOff: Holiday[] }> {
    const [row] = await manager.query<
      { lead: string | null; campaign: string | null; organisation: string | null; daysOff: Holiday[] | null }[]
    >(
      `select l.time_zone as lead, c.zone as campaign, o.zone as organisation, o.holidays as "daysOff"
         from leads l left join campaigns c on c.key = l.campaign_key left join organisation o on o.id = 1
        where l.id = $1`,
      [leadId],
    );
    return { zone: chooseZone(row ?? {}).zone, daysOff: row?.daysOff ?? [] };
  }

  /** Weekdays and holidays of the lead's country: the calendar whose key is the country's code in lower case. */
  private async calendarOf(manager: EntityManager, country: string | null): Promise<BusinessCalendar> {
    const calendar = country === null ? undefined : await this.people.calendar(manager, country.toLowerCase());
    return calendar ?? WEEKDAYS_ONLY;
  }

  /**
   * When the step is due: the slot of a touch, the end of a wait, the time-out of a wait_for; undefined for steps
   * that are left at once, and for a touch whose window never opens. `nextDueAt` is the slot of the touch that comes
   * directly after a wait. A step that came along from another version is measured anew. Epoch milliseconds.
   */
  async instantsOf(
    manager: EntityManager,
    { lead }: LeadFacts,
    cadence: CadenceDocument,
    ask: NonNullable<Ask['step']>,
  ): Promise<{ dueAt?: number; nextDueAt?: number }> {
    if (ask.dueAt !== undefined) return {};
    const index = cadence.steps.findIndex((candidate) => candidate.id === ask.step);
    const step = cadence.steps[index];
    if (!step || !('email' in step || 'wait' in step || 'wait_for' in step || 'todo' in step)) return {};
    const { zone, daysOff } = await this.surroundings(manager, lead.id);
    const hasDays = 'email' in step || 'wait' in step;
    const country = hasDays ? await this.calendarOf(manager, lead.country) : WEEKDAYS_ONLY;
    const place = { lead, zone, daysOff, calendar: closedOn(country, daysOff), catchUp: ask.catchUp };
    const dueAt = await this.dueOf(manager, place, cadence, step, ask);
    if (!('wait' in step) || dueAt === undefined) return { dueAt };
    const next = step.next === undefined ? cadence.steps[index + 1] : cadence.steps.find(({ id }) => id === step.next);
    return { dueAt, ...(next && 'email' in next ? { nextDueAt: slotOf(place, cadence, next, dueAt) } : {}) };
  }

  private async dueOf(
    manager: EntityManager,
    place: Place,
    cadence: CadenceDocument,
    step: CadenceStep,
    { stepAt, measured }: NonNullable<Ask['step']>,
  ): Promise<number | undefined> {
    const after = await this.measure(manager, place, cadence, step, stepAt);
    if (!measured) return after;
    const { versionId, dueAt, notBefore } = measured;
    const old = (await this.documents.load(manager, 'cadence', versionId))?.body;
    const earlier = old?.steps.find(({ id }) => id === measured.step);
    const before = old && earlier && (await this.measure(manager, place, old, earlier, stepAt));
    if (!('email' in step)) return remeasureDue({ after, before, dueAt, notBefore });
    // What put a touch off, a full day say, is looked at again when it is claimed.
    if (after === before && dueAt !== undefined) return dueAt;
    return slotOf(place, cadence, step, Math.max(stepAt, notBefore));
  }

  /** When the step is due if it began at `from`. */
  private async measure(
    manager: EntityManager,
    place: Place,
    cadence: CadenceDocument,
    step: CadenceStep,
    from: number,
  ): Promise<number | undefined> {
    const { zone, calendar } = place;
    if ('wait_for' in step) return addDuration(from, requireDuration(step.wait_for.timeout.after), zone);
    if ('todo' in step) return this.todoDue(manager, place, step.todo.due, from);
    if ('wait' in step) return waitEnd(step.wait, from, zone, calendar);
    return 'email' in step ? slotOf(place, cadence, step, from) : undefined;
  }

  /** What stands against the step the lead is at: a pause of its cadence, why its touch was put off. Reads only. */
  async standing(
    manager: EntityManager,
    leadId: string,
    { no, cadence, step, visit }: Pick<EnrollmentProcess, 'no' | 'cadence' | 'step' | 'visit'>,
  ): Promise<Standing> {
    const [row] = await manager.query<{ pausedAt: Date | null; putOff: string | null }[]>(
      `select (select paused_at from cadence_pauses where cadence_key = $3 and resumed_at is null) as "pausedAt",
              (select t.reason from touches t join enrollments e on e.id = t.enrollment_id
                where e.lead_id = $1 and e.no = $2 and t.step = $4 and t.visit = $5 and t.state = 'planned') as "putOff"`,
      [leadId, no, cadence, step, visit],
    );
    return {
      ...(row?.pausedAt ? { pausedAt: row.pausedAt.getTime() } : {}),
      ...(row?.putOff ? { putOff: row.putOff } : {}),
    };
  }

  /**
   * Business days of the person who is asked, in their zone; the lead's where they have no hours of their own. On the
   * organisation's days off nobody is asked.
   */
  private async todoDue(
    manager: EntityManager,
    { lead: { marketingPersonId, accountablePersonId, country }, zone, daysOff }: Place,
    due: WaitSpec,
    from: number,
  ): Promise<number> {
    const hours = await this.people.calendarOf(manager, marketingPersonId ?? accountablePersonId);
    return hours
      ? waitEnd(due, from, hours.zone, closedOn(hours.calendar, daysOff))
      : waitEnd(due, from, zone, closedOn(await this.calendarOf(manager, country), daysOff));
  }
}

const slotOf = (
  { lead, zone, calendar, catchUp }: Place,
  cadence: CadenceDocument,
  email: EmailStep,
  at: number,
): number | undefined =>
  lateTouchSlot(cadence, email, { leadId: lead.id, zone, holidays: holidaysOf(calendar), at }, catchUp);
