import type { INestApplicationContext } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CampaignsService } from '../../../campaigns/campaigns.service.js';
import { type StoredDocument, StoredDocumentsReadModel } from '../../../documents/stored-documents.read-model.js';
import { OrganisationService } from '../../../people/organisation.service.js';
import { PeopleService, type Person } from '../../../people/people.service.js';
import { PeopleAdminService } from '../../../people/people-admin.service.js';
import { ReasonsService } from '../../../policies/reasons.service.js';
import type { OrganisationFile } from '../read-workspace.js';

/** A workspace as the database has it, in the shapes of the files. Rows of a list are in the order of their keys. */
export interface StoredWorkspace {
  readonly parts: Omit<OrganisationFile, 'organisation' | 'routing'>;
  /** Undefined before somebody of the workspace answers for it. */
  readonly organisation: OrganisationFile['organisation'] | undefined;
  readonly documents: readonly StoredDocument[];
  /** Keys of people that no file can say: they have no team or no calendar. */
  readonly unsaid: readonly string[];
}

/** Reads everything that a folder can say. */
export async function readStored(app: INestApplicationContext, manager: EntityManager): Promise<StoredWorkspace> {
  const people = await app.get(PeopleService).list(manager);
  const keyOf = (id: string | null): string | undefined => people.find((person) => person.id === id)?.key;
  const persons = people.flatMap((person) => toPerson(person, keyOf));
  const teams = await app.get(PeopleService).teams(manager);
  const organisation = await app.get(OrganisationService).find(manager);
  const accountableOwner = keyOf(organisation?.accountableOwnerId ?? null);
  const isSet = persons.some(({ key }) => key === accountableOwner);
  return {
    organisation:
      organisation === undefined || accountableOwner === undefined || !isSet
        ? undefined
        : {
            name: organisation.name,
            zone: organisation.zone,
            ...given('language', organisation.language),
            baseUrl: organisation.baseUrl,
            accountableOwner,
            ...given('catchAll', organisation.catchAll),
            sender: organisation.sender,
            holidays: [...organisation.holidays],
          },
    parts: {
      calendars: byKey(await app.get(PeopleAdminService).calendars(manager)).map(
        ({ key, rows: [hours], holidays }) => ({
          key,
          days: [...(hours?.days ?? [])],
          from: hours?.from ?? '00:00',
          to: hours?.to ?? '00:00',
          holidays: [...holidays],
        }),
      ),
      teams: byKey(teams).map(({ key, side, ownerId, covers }) => ({
        ...{ key, side },
        ...given('owner', keyOf(ownerId)),
        ...given('covers', covers),
      })),
      people: byKey(persons),
      reasons: [...(await app.get(ReasonsService).list(manager))]
        .sort((a, b) => (a.code < b.code ? -1 : 1))
        .map(({ code, label, needsNote }) => ({ code, label, needsNote })),
      campaigns: byKey(await app.get(CampaignsService).list(manager)).map((campaign) => ({
        key: campaign.key,
        ...given('name', campaign.name),
        source: campaign.source,
        owner: keyOf(campaign.ownerId) ?? '',
        ...given('country', campaign.country),
        ...given('language', campaign.language),
        ...given('zone', campaign.zone),
        ...given('cost', campaign.cost),
        startScore: campaign.startScore,
      })),
    },
    documents: await app.get(StoredDocumentsReadModel).list(manager),
    unsaid: people.map(({ key }) => key).filter((key) => !persons.some((person) => person.key === key)),
  };
}

function toPerson(
  { teamKey, calendarKey, deputyId, ...person }: Person,
  keyOf: (id: string | null) => string | undefined,
): OrganisationFile['people'] {
  if (teamKey === null || calendarKey === null) return [];
  const { key, name, email, roles, zone, capacity, weight, away, active } = person;
  return [
    {
      ...{ key, name, email, team: teamKey, roles, zone, calendar: calendarKey, capacity, weight, away, active },
      ...given('deputy', keyOf(deputyId)),
    },
  ];
}

/** By code point, so that every database gives the same order. */
const byKey = <T extends { readonly key: string }>(rows: readonly T[]): T[] =>
  [...rows].sort((a, b) => (a.key < b.key ? -1 : 1));

const given = <K extends string, V>(name: K, value: V | null | undefined): { readonly [key in K]?: V } =>
  (value === null || value === undefined ? {} : { [name]: value }) as { readonly [key in K]?: V };
