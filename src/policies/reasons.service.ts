import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { ReasonDocument } from '../../domain/organisation/reason.schema.js';
import { AuditService } from '../common/audit/audit.service.js';
import type { Change } from '../common/audit/change.js';
import { saveRow } from '../common/audit/save-row.js';
import { ReasonEntity } from './reason.entity.js';

export type Reason = Readonly<ReasonEntity>;

/** The catalogue a rejection picks its reason from. */
@Injectable()
export class ReasonsService {
  constructor(private readonly audit: AuditService) {}

  async byCode(manager: EntityManager, code: string): Promise<Reason | undefined> {
    return (await manager.findOneBy(ReasonEntity, { code })) ?? undefined;
  }

  /** By code. */
  async list(manager: EntityManager): Promise<Reason[]> {
    return manager.find(ReasonEntity, { order: { code: 'ASC' } });
  }

  /** Joins the caller's transaction; audited when it changes something. */
  async put(manager: EntityManager, document: ReasonDocument, change: Change): Promise<Reason> {
    const row: ReasonEntity = { code: document.code, label: document.label, needsNote: document.needsNote };
    const known = await manager.findOneBy(ReasonEntity, { code: row.code });
    return saveRow(manager, this.audit, {
      ...{ target: ReasonEntity, known, row, subjectKind: 'reason', subjectId: row.code, change },
    });
  }
}
