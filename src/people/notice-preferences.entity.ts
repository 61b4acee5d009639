import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import type { NoticePreferences } from '../../domain/organisation/notice-preferences.js';

/** Which notices a person wants by mail; without a row all of them. */
@Entity({ name: 'notice_preferences' })
@Check('ck_notice_preferences_mail', `"mail" IN ('all', 'important')`)
export class NoticePreferencesEntity implements NoticePreferences {
  @ForeignKey('PersonEntity', { name: 'fk_notice_preferences_person' })
  @PrimaryColumn({ name: 'person_id', type: 'uuid', primaryKeyConstraintName: 'pk_notice_preferences' })
  personId!: string;

  @Column({ name: 'mail', type: 'text' })
  mail!: NoticePreferences['mail'];

  @Column({ name: 'kinds', type: 'jsonb' })
  kinds!: NoticePreferences['kinds'];
}
