import type { z } from 'zod';
import type { CalendarEntity } from './calendar.entity.js';
import type { Organisation } from './organisation.service.js';
import type {
  calendarAnswerSchema,
  organisationAnswerSchema,
  personAnswerSchema,
  personRefSchema,
  teamAnswerSchema,
} from './people.schema.js';
import type { Person, Team } from './people.service.js';

type People = ReadonlyMap<string, Person>;
export type PersonRef = z.output<typeof personRefSchema>;

function presentPersonRef(people: People, id: string | null): PersonRef | null {
  const person = id === null ? undefined : people.get(id);
  return person === undefined ? null : { id: person.id, key: person.key, name: person.name };
}

export function presentOrganisation(
  organisation: Organisation,
  people: People,
): z.output<typeof organisationAnswerSchema> {
  return {
    name: organisation.name,
    zone: organisation.zone,
    language: organisation.language,
    baseUrl: organisation.baseUrl,
    accountableOwner: presentPersonRef(people, organisation.accountableOwnerId),
    catchAll: organisation.catchAll,
    sender: {
      name: organisation.sender.name,
      address: organisation.sender.address,
      postal: organisation.sender.postal,
    },
    holidays: organisation.holidays.map(({ date, name }) => ({ date, name })),
    updatedAt: organisation.updatedAt.toISOString(),
  };
}

export function presentPerson(person: Person, people: People): z.output<typeof personAnswerSchema> {
  return {
    id: person.id,
    key: person.key,
    name: person.name,
    email: person.email,
    team: person.teamKey,
    roles: [...person.roles],
    zone: person.zone,
    calendar: person.calendarKey,
    capacity: person.capacity,
    weight: person.weight,
    away: person.away.map(({ from, to }) => ({ from, to })),
    deputy: presentPersonRef(people, person.deputyId),
    active: person.active,
  };
}

export function presentTeam(team: Team, people: People): z.output<typeof teamAnswerSchema> {
  return { key: team.key, side: team.side, owner: presentPersonRef(people, team.ownerId), covers: team.covers };
}

/** A calendar made by a document has one row of hours. */
export function presentCalendar(calendar: CalendarEntity): z.output<typeof calendarAnswerSchema> {
  const [hours] = calendar.rows;
  return {
    key: calendar.key,
    days: [...(hours?.days ?? [])],
    from: hours?.from ?? '00:00',
    to: hours?.to ?? '00:00',
    holidays: calendar.holidays.map(({ date, name }) => ({ date, name })),
  };
}
