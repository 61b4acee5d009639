import type { EntityManager } from 'typeorm';
import type { Config } from '../config/config.js';
import { insertRows } from '../database/insert-rows.js';
import { uuidV7 } from '../database/uuid-v7.js';
import { OrganisationEntity } from '../people/organisation.entity.js';
import { PersonEntity } from '../people/person.entity.js';

/** The first person of an empty database: somebody has to answer for everything from the start. */
export const SETUP_PERSON_KEY = 'owner';

/** On a database without people: one person and an organisation they answer for. Returns whether it was empty. */
export async function setUpOrganisation(manager: EntityManager, config: Config, now: Date): Promise<boolean> {
  if (await manager.exists(PersonEntity)) return false;
  const owner: PersonEntity = {
    id: uuidV7(),
    key: SETUP_PERSON_KEY,
    name: 'Owner',
    email: `owner@${config.mail.fromDomain}`,
    teamKey: null,
    roles: ['accountable_owner', 'operator', 'approver'],
    zone: 'UTC',
    calendarKey: null,
    capacity: 0,
    weight: 1,
    away: [],
    deputyId: null,
    active: true,
  };
  await insertRows(manager, PersonEntity, [owner]);
  if (await manager.exists(OrganisationEntity)) return true;
  const organisation: OrganisationEntity = {
    id: 1,
    name: 'Your organisation',
    zone: 'UTC',
    language: null,
    baseUrl: config.http.baseUrl,
    accountableOwnerId: owner.id,
    catchAll: null,
    sender: { name: 'Baton', address: `hello@${config.mail.fromDomain}`, postal: 'Set it at /v1/organisation' },
    holidays: [],
    updatedAt: now,
  };
  await insertRows(manager, OrganisationEntity, [organisation]);
  return true;
}
