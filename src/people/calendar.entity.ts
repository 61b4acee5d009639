import { Column, Entity, PrimaryColumn } from 'typeorm';

/** `from` and `to` are local `HH:MM`, half-open. */
export interface CalendarRow {
  readonly days: string[];
  readonly from: string;
  readonly to: string;
}

export interface Holiday {
  readonly date: string;
  readonly name?: string;
}

/** Working hours of people, in the zone of whoever uses them. */
@Entity({ name: 'calendars' })
export class CalendarEntity {
  @PrimaryColumn({ name: 'key', type: 'text', primaryKeyConstraintName: 'pk_calendars' })
  key!: string;

  @Column({ name: 'rows', type: 'jsonb' })
  rows!: CalendarRow[];

  @Column({ name: 'holidays', type: 'jsonb' })
  holidays!: Holiday[];
}
