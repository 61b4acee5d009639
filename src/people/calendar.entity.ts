import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Holiday } from '../../domain/time/business-calendar.js';
import type { OpeningRow } from '../../domain/time/opening-hours.js';

/** Working hours of people, in the zone of whoever uses them. */
@Entity({ name: 'calendars' })
export class CalendarEntity {
  @PrimaryColumn({ name: 'key', type: 'text', primaryKeyConstraintName: 'pk_calendars' })
  key!: string;

  @Column({ name: 'rows', type: 'jsonb' })
  rows!: OpeningRow[];

  @Column({ name: 'holidays', type: 'jsonb' })
  holidays!: Holiday[];
}
