import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DEFAULT_PREFERENCES, type NoticePreferences } from '../../domain/organisation/notice-preferences.js';
import { AuditService } from '../common/audit/audit.service.js';
import type { Change } from '../common/audit/change.js';
import { saveRow } from '../common/audit/save-row.js';
import { NoticePreferencesEntity } from './notice-preferences.entity.js';

/** Which notices people want by mail. */
@Injectable()
export class NoticePreferencesService {
  constructor(private readonly audit: AuditService) {}

  async of(manager: EntityManager, personId: string): Promise<NoticePreferences> {
    return (await manager.findOneBy(NoticePreferencesEntity, { personId })) ?? DEFAULT_PREFERENCES;
  }

  async put(
    manager: EntityManager,
    personId: string,
    { mail, kinds }: NoticePreferences,
    change: Change,
  ): Promise<NoticePreferences> {
    const known = await manager.findOneBy(NoticePreferencesEntity, { personId });
    return saveRow(manager, this.audit, {
      ...{ target: NoticePreferencesEntity, known, row: { personId, mail, kinds } },
      ...{ subjectKind: 'notice_preferences', subjectId: personId, change },
    });
  }
}
