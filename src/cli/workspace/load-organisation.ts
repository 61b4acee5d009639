import type { INestApplicationContext } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CampaignsService } from '../../campaigns/campaigns.service.js';
import { inTransaction } from '../../database/transaction.js';
import { OrganisationService } from '../../people/organisation.service.js';
import { PeopleService } from '../../people/people.service.js';
import { PeopleAdminService } from '../../people/people-admin.service.js';
import { ReasonsService } from '../../policies/reasons.service.js';
import { retireSetUpPerson } from '../issue-keys.js';
import { ORGANISATION_FILE, type OrganisationFile } from './read-workspace.js';
import { ofFile } from './workspace-problem.js';

/** Everything of `organisation.yaml` but the routing, in one transaction. */
export async function loadOrganisation(
  app: INestApplicationContext,
  content: OrganisationFile,
  now: Date,
): Promise<void> {
  const admin = app.get(PeopleAdminService);
  const people = app.get(PeopleService);
  const campaigns = app.get(CampaignsService);
  const reasons = app.get(ReasonsService);
  const change = { actorId: null, now, note: 'workspace' };
  const each = async <T>(name: string, rows: readonly T[], put: (row: T) => Promise<unknown>): Promise<void> => {
    for (const [index, row] of rows.entries()) await ofFile(ORGANISATION_FILE, () => put(row), `${name}.${index}`);
  };
  await inTransaction(app.get(DataSource), async (manager) => {
    await each('calendars', content.calendars, (row) => admin.putCalendar(manager, row, change));
    // Teams name people and people name teams and deputies: what is new comes first without those names.
    await each('teams', content.teams, async ({ owner: _later, ...row }) => {
      if ((await people.team(manager, row.key)) === undefined) await admin.putTeam(manager, row, change);
    });
    await each('people', content.people, async ({ deputy: _later, ...row }) => {
      if ((await people.byKey(manager, row.key)) === undefined) await admin.putPerson(manager, row, true, change);
    });
    await each('teams', content.teams, (row) => admin.putTeam(manager, row, change));
    await each('people', content.people, (row) => admin.putPerson(manager, row, true, change));
    await ofFile(
      ORGANISATION_FILE,
      () => app.get(OrganisationService).put(manager, content.organisation, change),
      'organisation',
    );
    await each('reasons', content.reasons, (row) => reasons.put(manager, row, change));
    await each('campaigns', content.campaigns, (row) => campaigns.put(manager, row, change));
    await retireSetUpPerson(app, manager);
  });
}
