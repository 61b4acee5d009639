import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { CalendarDocument } from '../../domain/organisation/calendar.schema.js';
import type { PersonDocument } from '../../domain/organisation/person.schema.js';
import type { TeamDocument } from '../../domain/organisation/team.schema.js';
import { AuditService } from '../common/audit/audit.service.js';
import type { Change } from '../common/audit/change.js';
import { saveRow } from '../common/audit/save-row.js';
import { hasKnownZone, unknownKey } from '../common/field-checks.js';
import { conflict, type FieldError, unprocessable } from '../common/problem.js';
import { uuidV7 } from '../database/uuid-v7.js';
import { CalendarEntity } from './calendar.entity.js';
import { OrganisationEntity } from './organisation.entity.js';
import { PeopleService, type Person, type Team } from './people.service.js';
import { PersonEntity } from './person.entity.js';
import { TeamEntity } from './team.entity.js';

/** Sets people, teams and calendars; each call joins the caller's transaction and is audited when it changes something. */
@Injectable()
export class PeopleAdminService {
  constructor(
    private readonly people: PeopleService,
    private readonly audit: AuditService,
  ) {}

  async putPerson(manager: EntityManager, document: PersonDocument, active: boolean, change: Change): Promise<Person> {
    const known = await manager.findOneBy(PersonEntity, { key: document.key });
    const deputy = document.deputy === undefined ? undefined : await this.people.byKey(manager, document.deputy);
    const errors: FieldError[] = hasKnownZone('zone', document.zone);
    if ((await this.people.team(manager, document.team)) === undefined) {
      errors.push(unknownKey('team', 'team', document.team));
    }
    if (!(await manager.existsBy(CalendarEntity, { key: document.calendar }))) {
      errors.push(unknownKey('calendar', 'calendar', document.calendar));
    }
    if (document.deputy === document.key) {
      errors.push({ path: 'deputy', code: 'own_deputy', message: 'nobody is their own deputy' });
    } else if (document.deputy !== undefined && deputy === undefined) {
      errors.push(unknownKey('deputy', 'person', document.deputy));
    }
    if (errors.length > 0) throw unprocessable(errors);
    if (known !== null && !active) await this.refuseAccountableOwner(manager, known);
    const row: PersonEntity = {
      id: known?.id ?? uuidV7(),
      key: document.key,
      name: document.name,
      email: document.email,
      teamKey: document.team,
      roles: document.roles,
      zone: document.zone,
      calendarKey: document.calendar,
      capacity: document.capacity,
      weight: document.weight,
      away: document.away,
      deputyId: deputy?.id ?? null,
      active,
    };
    return saveRow(manager, this.audit, {
      ...{ target: PersonEntity, known, row, subjectKind: 'person', subjectId: row.id, change },
    });
  }

  async putTeam(manager: EntityManager, document: TeamDocument, change: Change): Promise<Team> {
    const owner = document.owner === undefined ? undefined : await this.people.byKey(manager, document.owner);
    if (document.owner !== undefined && owner === undefined) {
      throw unprocessable([unknownKey('owner', 'person', document.owner)]);
    }
    const row: TeamEntity = {
      key: document.key,
      side: document.side,
      ownerId: owner?.id ?? null,
      covers: document.covers ?? null,
    };
    const known = await manager.findOneBy(TeamEntity, { key: row.key });
    return saveRow(manager, this.audit, {
      ...{ target: TeamEntity, known, row, subjectKind: 'team', subjectId: row.key, change },
    });
  }

  async putCalendar(manager: EntityManager, document: CalendarDocument, change: Change): Promise<CalendarEntity> {
    const row: CalendarEntity = {
      key: document.key,
      rows: [{ days: document.days, from: document.from, to: document.to }],
      holidays: document.holidays,
    };
    const known = await manager.findOneBy(CalendarEntity, { key: row.key });
    return saveRow(manager, this.audit, {
      ...{ target: CalendarEntity, known, row, subjectKind: 'calendar', subjectId: row.key, change },
    });
  }

  /** By key. */
  async calendars(manager: EntityManager): Promise<CalendarEntity[]> {
    return manager.find(CalendarEntity, { order: { key: 'ASC' } });
  }

  private async refuseAccountableOwner(manager: EntityManager, person: PersonEntity): Promise<void> {
    const organisation = await manager.findOneBy(OrganisationEntity, { id: 1 });
    if (organisation?.accountableOwnerId !== person.id) return;
    throw conflict(`${person.name} is the accountable owner: name another one at /v1/organisation first.`);
  }
}
