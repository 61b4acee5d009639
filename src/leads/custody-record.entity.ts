import { Check, Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import type { Custody } from '../../domain/lead/lead-state.js';

/** Who answers for a lead from an instant on; append-only, so the next row ends the one before. */
@Entity({ name: 'custody_records' })
@Unique('uq_custody_records_lead', ['leadId', 'sinceAt', 'id'])
@Check('ck_custody_records_custody', `"custody" IN ('marketing', 'shared', 'sales')`)
export class CustodyRecordEntity {
  @PrimaryColumn({ name: 'id', type: 'uuid', primaryKeyConstraintName: 'pk_custody_records' })
  id!: string;

  @ForeignKey('LeadEntity', { name: 'fk_custody_records_lead' })
  @Column({ name: 'lead_id', type: 'uuid' })
  leadId!: string;

  @Column({ name: 'custody', type: 'text' })
  custody!: Custody;

  @ForeignKey('PersonEntity', { name: 'fk_custody_records_marketing_person' })
  @Column({ name: 'marketing_person_id', type: 'uuid', nullable: true })
  marketingPersonId!: string | null;

  @ForeignKey('PersonEntity', { name: 'fk_custody_records_sales_person' })
  @Column({ name: 'sales_person_id', type: 'uuid', nullable: true })
  salesPersonId!: string | null;

  @ForeignKey('PersonEntity', { name: 'fk_custody_records_accountable_person' })
  @Column({ name: 'accountable_person_id', type: 'uuid' })
  accountablePersonId!: string;

  @Column({ name: 'since_at', type: 'timestamptz' })
  sinceAt!: Date;

  @Column({ name: 'cause', type: 'text' })
  cause!: string;

  @Column({ name: 'rule_id', type: 'text', nullable: true })
  ruleId!: string | null;

  @Column({ name: 'handoff_no', type: 'integer', nullable: true })
  handoffNo!: number | null;
}
