import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

export const JOB_STATES = ['running', 'stopping', 'stopped', 'done'] as const;
export type JobState = (typeof JOB_STATES)[number];

export const JOB_KINDS = ['migrate_cadence', 'take_in_cadence', 'reroute_offers'] as const;
export type JobKind = (typeof JOB_KINDS)[number];

/** Long work over many leads, done by a workflow of its own. */
@Entity({ name: 'jobs' })
@Index('uq_jobs_open', ['kind', 'subject'], { unique: true, where: `state IN ('running', 'stopping')` })
@Check('ck_jobs_state', `"state" IN ('running', 'stopping', 'stopped', 'done')`)
export class JobEntity {
  @PrimaryColumn({ name: 'id', type: 'uuid', primaryKeyConstraintName: 'pk_jobs' })
  id!: string;

  @Column({ name: 'kind', type: 'text' })
  kind!: JobKind;

  /** What it is about, of which there is one open job at a time: the key of a cadence or of a person. */
  @Column({ name: 'subject', type: 'text' })
  subject!: string;

  @Column({ name: 'state', type: 'text' })
  state!: JobState;

  /** What was asked for: ids and codes only, by the kind. */
  @Column({ name: 'input', type: 'jsonb' })
  input!: Record<string, unknown>;

  /** At least 1, also where the rate is less: `ratePerHour` says it then. */
  @Column({ name: 'rate_per_minute', type: 'integer' })
  ratePerMinute!: number;

  /** The rate of a job whose leads are counted by the hour. */
  @Column({ name: 'rate_per_hour', type: 'integer', nullable: true })
  ratePerHour!: number | null;

  @ForeignKey('PersonEntity', { name: 'fk_jobs_started_by' })
  @Column({ name: 'started_by', type: 'uuid' })
  startedBy!: string;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'ended_at', type: 'timestamptz', nullable: true })
  endedAt!: Date | null;
}
