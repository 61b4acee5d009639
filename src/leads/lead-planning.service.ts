import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { CadenceDocument } from '../../domain/cadence/cadence.schema.js';
import type { EmailStep } from '../../domain/cadence/steps/step-kinds.schema.js';
import { touchSlot } from '../../domain/contactability/touch-slot.js';
import type { Ask } from '../../domain/lead/lead-sync.js';
import type { BusinessCalendar } from '../../domain/time/business-calendar.js';
import { chooseZone } from '../../domain/time/choose-zone.js';
import { requireDuration } from '../../domain/time/duration.js';
import { addDuration, waitEnd, type WaitSpec } from '../../domain/time/wait.js';
import { PeopleService } from '../people/people.service.js';
import type { LeadFacts } from './lead-facts.service.js';

const WEEKDAYS_ONLY: BusinessCalendar = {
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  from: '09:00',
  to: '17:00',
  holidays: [],
};

/** Where and when a lead's touches and waits lie: its zone, its country's holidays, the instants of a step. */
@Injectable()
export class LeadPlanningService {
  constructor(private readonly people: PeopleService) {}

  /** Lead's zone, else the campaign's, else the organisation's. */
  async zoneOf(manager: EntityManager, leadId: string): Promise<string> {
    const [row] = await manager.query<{ lead: string | null; campaign: string | null; organisation: string | null }[]>(
      `select l.time_zone as lead, c.zone as campaign, (select zone from organisation where id = 1) as organisation
         from leads l left join campaigns c on c.key = l.campaign_key where l.id = $1`,
      [leadId],
    );
    return chooseZone(row ?? {}).zone;
  }

  /** Holidays of the lead's country: the calendar whose key is the country's code in lower case. */
  async calendarOf(manager: EntityManager, country: string | null): Promise<BusinessCalendar> {
    const calendar = country === null ? undefined : await this.people.calendar(manager, country.toLowerCase());
    return calendar ?? WEEKDAYS_ONLY;
  }

  /**
   * When the step is due: the slot of a touch, the end of a wait, the time-out of a wait_for; undefined for steps
   * that are left at once, and for a touch whose window never opens. `nextDueAt` is the slot of the touch that comes
   * directly after a wait. Epoch milliseconds.
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
    const zone = await this.zoneOf(manager, lead.id);
    if ('wait_for' in step)
      return { dueAt: addDuration(ask.stepAt, requireDuration(step.wait_for.timeout.after), zone) };
    if ('todo' in step) return { dueAt: await this.todoDue(manager, lead, step.todo.due, ask.stepAt, zone) };
    const calendar = await this.calendarOf(manager, lead.country);
    const slot = (email: EmailStep, at: number): number | undefined =>
      touchSlot(cadence, email, { leadId: lead.id, zone, holidays: holidayDates(calendar), at });
    if ('email' in step) return { dueAt: slot(step, ask.stepAt) };
    const dueAt = waitEnd(step.wait, ask.stepAt, zone, calendar);
    const next = step.next === undefined ? cadence.steps[index + 1] : cadence.steps.find(({ id }) => id === step.next);
    return { dueAt, ...(next && 'email' in next ? { nextDueAt: slot(next, dueAt) } : {}) };
  }

  /** Business days of the person who is asked, in their zone; the lead's where they have no hours of their own. */
  private async todoDue(
    manager: EntityManager,
    { marketingPersonId, accountablePersonId, country }: LeadFacts['lead'],
    due: WaitSpec,
    from: number,
    zone: string,
  ): Promise<number> {
    const hours = await this.people.calendarOf(manager, marketingPersonId ?? accountablePersonId);
    return hours
      ? waitEnd(due, from, hours.zone, hours.calendar)
      : waitEnd(due, from, zone, await this.calendarOf(manager, country));
  }
}

function holidayDates(calendar: BusinessCalendar): ReadonlySet<string> {
  const rows = 'days' in calendar ? [calendar] : calendar;
  return new Set(rows.flatMap((row) => (row.holidays ?? []).map((holiday) => holiday.date)));
}
