import type { INestApplicationContext } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CampaignsService } from '../../../campaigns/campaigns.service.js';
import type { Change } from '../../../common/audit/change.js';
import { OrganisationService } from '../../../people/organisation.service.js';
import { PeopleService } from '../../../people/people.service.js';
import { PeopleAdminService } from '../../../people/people-admin.service.js';
import { ReasonsService } from '../../../policies/reasons.service.js';
import { retireSetUpPerson } from '../../issue-keys.js';
import type { OrganisationFile } from '../read-workspace.js';
import { ORGANISATION_FILE } from '../workspace-places.js';
import { ofFile } from '../workspace-problem.js';

/** Puts every row of `organisation.yaml`, in the caller's transaction. A row that is as the file says is not written. */
export async function applyOrganisation(
  app: INestApplicationContext,
  manager: EntityManager,
  content: OrganisationFile,
  change: Change,
): Promise<void> {
  const admin = app.get(PeopleAdminService);
  const people = app.get(PeopleService);
  const each = async <T>(name: string, rows: readonly T[], put: (row: T) => Promise<unknown>): Promise<void> => {
    for (const [index, row] of rows.entries()) await ofFile(ORGANISATION_FILE, () => put(row), `${name}.${index}`);
  };
  const putPeople = (isWanted: (person: OrganisationFile['people'][number]) => boolean): Promise<void> =>
    each('people', content.people, async (person) => {
      const { active, ...row } = person;
      if (isWanted(person)) await admin.putPerson(manager, row, active, change);
    });
  await each('calendars', content.calendars, (row) => admin.putCalendar(manager, row, change));
  // Teams name people and people name teams and deputies: what is new comes first without those names.
  await each('teams', content.teams, async ({ owner: _later, ...row }) => {
    if ((await people.team(manager, row.key)) === undefined) await admin.putTeam(manager, row, change);
  });
  await each('people', content.people, async ({ deputy: _later, active, ...row }) => {
    if ((await people.byKey(manager, row.key)) === undefined) await admin.putPerson(manager, row, active, change);
  });
  await each('teams', content.teams, (row) => admin.putTeam(manager, row, change));
  await putPeople(({ active }) => active);
  await ofFile(
    ORGANISATION_FILE,
    () => app.get(OrganisationService).put(manager, content.organisation, change),
    'organisation',
  );
  // Who leaves may be the accountable owner of before.
  await putPeople(({ active }) => !active);
  await each('reasons', content.reasons, (row) => app.get(ReasonsService).put(manager, row, change));
  await each('campaigns', content.campaigns, (row) => app.get(CampaignsService).put(manager, row, change));
  await retireSetUpPerson(app, manager);
}
