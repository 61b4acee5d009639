import type { INestApplicationContext } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CampaignsService } from '../../src/campaigns/campaigns.service.js';
import { inTransaction } from '../../src/database/transaction.js';
import { OrganisationService } from '../../src/people/organisation.service.js';
import type { Person } from '../../src/people/people.service.js';
import { PeopleAdminService } from '../../src/people/people-admin.service.js';
import { ReasonsService } from '../../src/policies/reasons.service.js';

export interface TestOrganisation {
  /** Accountable owner, in marketing. */
  readonly miriam: Person;
  /** Owner of the team marketing, approver. */
  readonly tomas: Person;
  /** Owner of the team dach-sales, approver. */
  readonly amara: Person;
  /** Rep of dach-sales. */
  readonly jonas: Person;
}

/** Four people, a team on each side, one calendar, the campaign `expo` (Tomás, start score 10) and two reasons. */
export async function createOrganisation(app: INestApplicationContext, now = new Date()): Promise<TestOrganisation> {
  const admin = app.get(PeopleAdminService);
  const change = { actorId: null, now };
  return inTransaction(app.get(DataSource), async (manager) => {
    const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri'] as const;
    const hours = { days: [...weekdays], from: '08:00', to: '18:00', holidays: [] };
    await admin.putCalendar(manager, { key: 'ch', ...hours }, change);
    await admin.putTeam(manager, { key: 'marketing', side: 'marketing' }, change);
    await admin.putTeam(manager, { key: 'dach-sales', side: 'sales' }, change);
    const person = (key: string, name: string, team: string, roles: Person['roles']) =>
      admin.putPerson(
        manager,
        {
          ...{ key, name, email: `${key}@kelvara.example`, team, roles: [...roles] },
          ...{ zone: 'Europe/Zurich', calendar: 'ch', capacity: 6, weight: 1, away: [] },
        },
        true,
        change,
      );
    const miriam = await person('miriam-castell', 'Miriam Castell', 'marketing', ['accountable_owner']);
    const tomas = await person('tomas-ribeiro', 'Tomás Ribeiro', 'marketing', ['marketer', 'team_owner', 'approver']);
    const amara = await person('amara-diallo', 'Amara Diallo', 'dach-sales', ['team_owner', 'approver']);
    const jonas = await person('jonas-weidner', 'Jonas Weidner', 'dach-sales', ['rep']);
    await admin.putTeam(manager, { key: 'marketing', side: 'marketing', owner: tomas.key }, change);
    await admin.putTeam(
      manager,
      {
        ...{ key: 'dach-sales', side: 'sales', owner: amara.key },
        covers: { field: 'country', op: 'in', value: ['DE', 'AT', 'CH'] },
      },
      change,
    );
    await app.get(OrganisationService).put(
      manager,
      {
        ...{ name: 'Kelvara Instruments', zone: 'Europe/Zurich', baseUrl: 'http://127.0.0.1:4100' },
        ...{ accountableOwner: miriam.key, catchAll: 'long-term' },
        sender: { name: 'Kelvara', address: 'hello@kelvara.example', postal: 'Uferweg 3, 8000 Zurich' },
        holidays: [],
      },
      change,
    );
    const expo = { key: 'expo', source: 'trade_show', owner: tomas.key, country: 'DE', startScore: 10 };
    await app.get(CampaignsService).put(manager, expo, change);
    const reasons = app.get(ReasonsService);
    await reasons.put(manager, { code: 'not_ready', label: 'Not ready', needsNote: false }, change);
    await reasons.put(manager, { code: 'other', label: 'Other', needsNote: true }, change);
    return { miriam, tomas, amara, jonas };
  });
}
