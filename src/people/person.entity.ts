import { Check, Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import type { Absence, PersonRole } from '../../domain/organisation/person.schema.js';

/** Somebody of the organisation who can answer for leads, decide or sign. */
@Entity({ name: 'people' })
@Unique('uq_people_key', ['key'])
@Check(
  'ck_people_roles',
  `"roles" <@ ARRAY['marketer', 'rep', 'team_owner', 'approver', 'accountable_owner', 'operator']::text[]`,
)
@Check('ck_people_capacity', `"capacity" >= 0`)
export class PersonEntity {
  @PrimaryColumn({ name: 'id', type: 'uuid', primaryKeyConstraintName: 'pk_people' })
  id!: string;

  @Column({ name: 'key', type: 'text' })
  key!: string;

  @Column({ name: 'name', type: 'text' })
  name!: string;

  @Column({ name: 'email', type: 'text' })
  email!: string;

  @ForeignKey('TeamEntity', { name: 'fk_people_team' })
  @Column({ name: 'team_key', type: 'text', nullable: true })
  teamKey!: string | null;

  @Column({ name: 'roles', type: 'text', array: true })
  roles!: PersonRole[];

  @Column({ name: 'zone', type: 'text' })
  zone!: string;

  @ForeignKey('CalendarEntity', { name: 'fk_people_calendar' })
  @Column({ name: 'calendar_key', type: 'text', nullable: true })
  calendarKey!: string | null;

  /** How many undecided offers at one time; routing skips who has as many. */
  @Column({ name: 'capacity', type: 'integer' })
  capacity!: number;

  @Column({ name: 'weight', type: 'integer' })
  weight!: number;

  @Column({ name: 'away', type: 'jsonb' })
  away!: Absence[];

  @ForeignKey('PersonEntity', { name: 'fk_people_deputy' })
  @Column({ name: 'deputy_id', type: 'uuid', nullable: true })
  deputyId!: string | null;

  @Column({ name: 'active', type: 'boolean' })
  active!: boolean;
}
