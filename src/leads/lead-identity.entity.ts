import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

export type IdentityKind = 'email' | 'external';

/** What a lead is recognised by; the same identity is the same lead. */
@Entity({ name: 'lead_identities' })
@Index('ix_lead_identities_lead', ['leadId'])
@Check('ck_lead_identities_kind', `"kind" IN ('email', 'external')`)
export class LeadIdentityEntity {
  @PrimaryColumn({ name: 'kind', type: 'text', primaryKeyConstraintName: 'pk_lead_identities' })
  kind!: IdentityKind;

  @PrimaryColumn({ name: 'value', type: 'text', primaryKeyConstraintName: 'pk_lead_identities' })
  value!: string;

  @ForeignKey('LeadEntity', { name: 'fk_lead_identities_lead' })
  @Column({ name: 'lead_id', type: 'uuid' })
  leadId!: string;
}
