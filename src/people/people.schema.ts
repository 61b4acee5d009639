import { z } from 'zod';
import { conditionSchema } from '../../domain/condition/condition.schema.js';
import { calendarSchema } from '../../domain/organisation/calendar.schema.js';
import { organisationSchema } from '../../domain/organisation/organisation.schema.js';
import { PERSON_ROLES, personSchema } from '../../domain/organisation/person.schema.js';
import { teamSchema } from '../../domain/organisation/team.schema.js';
import { noteField } from '../common/note.schema.js';
import { pageQuery, pageSchema } from '../common/pagination.js';

const keyless = { key: true } as const;

export const listByKeySchema = z.strictObject(pageQuery);

export const putOrganisationSchema = organisationSchema.extend({ note: noteField }).meta({ id: 'PutOrganisation' });
export const putPersonSchema = personSchema
  .partial(keyless)
  .extend({ active: z.boolean().default(true), note: noteField })
  .meta({ id: 'PutPerson' });
export const putTeamSchema = teamSchema.partial(keyless).extend({ note: noteField }).meta({ id: 'PutTeam' });
export const putCalendarSchema = calendarSchema
  .partial(keyless)
  .extend({ note: noteField })
  .meta({ id: 'PutCalendar' });

/** A person inside another object. */
export const personRefSchema = z.object({ id: z.uuid(), key: z.string(), name: z.string() }).meta({ id: 'PersonRef' });

const holidayAnswer = z.object({ date: z.string(), name: z.string() });

export const organisationAnswerSchema = z
  .object({
    name: z.string(),
    zone: z.string(),
    language: z.string().nullable(),
    baseUrl: z.string(),
    accountableOwner: personRefSchema.nullable(),
    catchAll: z.string().nullable(),
    sender: z.object({ name: z.string(), address: z.string(), postal: z.string() }),
    holidays: z.array(holidayAnswer),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'OrganisationAnswer' });

export const personAnswerSchema = z
  .object({
    id: z.uuid(),
    key: z.string(),
    name: z.string(),
    email: z.string(),
    team: z.string().nullable(),
    roles: z.array(z.enum(PERSON_ROLES)),
    zone: z.string(),
    calendar: z.string().nullable(),
    capacity: z.int(),
    weight: z.int(),
    away: z.array(z.object({ from: z.string(), to: z.string() })),
    deputy: personRefSchema.nullable(),
    active: z.boolean(),
  })
  .meta({ id: 'PersonAnswer' });

export const putPersonAnswerSchema = personAnswerSchema
  .extend({
    rerouting: z
      .object({ jobId: z.uuid(), offers: z.int() })
      .nullable()
      .describe('Of who is not active or away today: the job that offers their open offers to others'),
  })
  .meta({ id: 'PutPersonAnswer' });

export const teamAnswerSchema = z
  .object({
    key: z.string(),
    side: z.enum(['marketing', 'sales']),
    owner: personRefSchema.nullable(),
    covers: conditionSchema.nullable(),
  })
  .meta({ id: 'TeamAnswer' });

export const calendarAnswerSchema = z
  .object({
    key: z.string(),
    days: z.array(z.string()),
    from: z.string(),
    to: z.string(),
    holidays: z.array(holidayAnswer),
  })
  .meta({ id: 'CalendarAnswer' });

export const personPageSchema = pageSchema(personAnswerSchema).meta({ id: 'PersonPage' });
export const teamPageSchema = pageSchema(teamAnswerSchema).meta({ id: 'TeamPage' });
export const calendarPageSchema = pageSchema(calendarAnswerSchema).meta({ id: 'CalendarPage' });
