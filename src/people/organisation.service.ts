import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { OrganisationDocument } from '../../domain/organisation/organisation.schema.js';
import { AuditService } from '../common/audit/audit.service.js';
import { conflict, unprocessable } from '../common/problem.js';
import type { Change } from '../common/audit/change.js';
import { hasKnownZone, unknownKey } from '../common/field-checks.js';
import { OrganisationEntity } from './organisation.entity.js';
import { PeopleService } from './people.service.js';
import { saveRow } from '../common/audit/save-row.js';

export type Organisation = Readonly<OrganisationEntity>;

@Injectable()
export class OrganisationService {
  constructor(
    private readonly people: PeopleService,
    private readonly audit: AuditService,
  ) {}

  /** The one organisation; 409 before it was set up. */
  async get(manager: EntityManager): Promise<Organisation> {
    const organisation = await this.find(manager);
    if (organisation === undefined) throw conflict('The organisation is not set up yet: PUT /v1/organisation.');
    return organisation;
  }

  async find(manager: EntityManager): Promise<Organisation | undefined> {
    return (await manager.findOneBy(OrganisationEntity, { id: 1 })) ?? undefined;
  }

  /** Joins the caller's transaction; nothing is written when nothing changes. */
  async put(manager: EntityManager, document: OrganisationDocument, change: Change): Promise<Organisation> {
    const owner = await this.people.byKey(manager, document.accountableOwner);
    const errors = [
      ...hasKnownZone('zone', document.zone),
      ...(owner === undefined ? [unknownKey('accountableOwner', 'person', document.accountableOwner)] : []),
      ...(owner !== undefined && !owner.active
        ? [{ path: 'accountableOwner', code: 'inactive_person', message: `${owner.key} is not active` }]
        : []),
    ];
    if (errors.length > 0 || owner === undefined) throw unprocessable(errors);
    const known = await manager.findOneBy(OrganisationEntity, { id: 1 });
    const row: OrganisationEntity = {
      id: 1,
      name: document.name,
      zone: document.zone,
      language: document.language ?? null,
      baseUrl: document.baseUrl,
      accountableOwnerId: owner.id,
      catchAll: document.catchAll ?? null,
      sender: document.sender,
      holidays: document.holidays,
      updatedAt: known?.updatedAt ?? change.now,
    };
    return saveRow(manager, this.audit, {
      target: OrganisationEntity,
      known,
      row,
      stamp: (changed) => ({ ...changed, updatedAt: change.now }),
      subjectKind: 'organisation',
      subjectId: 'organisation',
      change,
    });
  }
}
