import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { CampaignDocument } from '../../domain/organisation/campaign.schema.js';
import { AuditService } from '../common/audit/audit.service.js';
import type { Change } from '../common/audit/change.js';
import { saveRow } from '../common/audit/save-row.js';
import { hasKnownZone, unknownKey } from '../common/field-checks.js';
import { unprocessable } from '../common/problem.js';
import { PeopleService } from '../people/people.service.js';
import { CampaignEntity } from './campaign.entity.js';

export type Campaign = Readonly<CampaignEntity>;

@Injectable()
export class CampaignsService {
  constructor(
    private readonly people: PeopleService,
    private readonly audit: AuditService,
  ) {}

  async byKey(manager: EntityManager, key: string): Promise<Campaign | undefined> {
    return (await manager.findOneBy(CampaignEntity, { key })) ?? undefined;
  }

  /** By key. */
  async list(manager: EntityManager): Promise<Campaign[]> {
    return manager.find(CampaignEntity, { order: { key: 'ASC' } });
  }

  /** Joins the caller's transaction; audited when it changes something. */
  async put(manager: EntityManager, document: CampaignDocument, change: Change): Promise<Campaign> {
    const owner = await this.people.byKey(manager, document.owner);
    const errors = [
      ...hasKnownZone('zone', document.zone),
      ...(owner === undefined ? [unknownKey('owner', 'person', document.owner)] : []),
    ];
    if (errors.length > 0 || owner === undefined) throw unprocessable(errors);
    const row: CampaignEntity = {
      key: document.key,
      source: document.source,
      ownerId: owner.id,
      name: document.name ?? null,
      country: document.country ?? null,
      language: document.language ?? null,
      zone: document.zone ?? null,
      cost: document.cost ?? null,
      startScore: document.startScore,
    };
    const known = await manager.findOneBy(CampaignEntity, { key: row.key });
    return saveRow(manager, this.audit, {
      ...{ target: CampaignEntity, known, row, subjectKind: 'campaign', subjectId: row.key, change },
    });
  }
}
