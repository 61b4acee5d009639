import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import type { Holiday } from '../../domain/time/business-calendar.js';

/** Who mails come from when the brand speaks; `postal` is printed in the foot. */
export interface Sender {
  readonly name: string;
  readonly address: string;
  readonly postal: string;
}

/** The one organisation of this deployment; `id` is always 1. */
@Entity({ name: 'organisation' })
@Check('ck_organisation_single', `"id" = 1`)
export class OrganisationEntity {
  @PrimaryColumn({ name: 'id', type: 'integer', primaryKeyConstraintName: 'pk_organisation' })
  id!: number;

  @Column({ name: 'name', type: 'text' })
  name!: string;

  /** IANA zone name. */
  @Column({ name: 'zone', type: 'text' })
  zone!: string;

  /** Of mails to leads that have none, nor a campaign that has one. */
  @Column({ name: 'language', type: 'text', nullable: true })
  language!: string | null;

  @Column({ name: 'base_url', type: 'text' })
  baseUrl!: string;

  /** Null only until the first person exists. */
  @ForeignKey('PersonEntity', { name: 'fk_organisation_accountable_owner' })
  @Column({ name: 'accountable_owner_id', type: 'uuid', nullable: true })
  accountableOwnerId!: string | null;

  /** Key of the cadence for leads that would otherwise have none. */
  @Column({ name: 'catch_all', type: 'text', nullable: true })
  catchAll!: string | null;

  @Column({ name: 'sender', type: 'jsonb' })
  sender!: Sender;

  /** Beside those of a lead's country. */
  @Column({ name: 'holidays', type: 'jsonb', default: [] })
  holidays!: Holiday[];

  @Column({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;
}
