import { z } from 'zod';

export const VIOLATION_KINDS = [
  'workflow_missing',
  'workflow_ended',
  'workflow_stray',
  'nothing_to_wake',
  'wake_overdue',
  'next_step_missing',
  'accountable_inactive',
  'outbox_stuck',
  'offer_stray',
  'offer_missing',
  'custody_gap',
] as const;
export type ViolationKind = (typeof VIOLATION_KINDS)[number];

const violation = {
  leadId: z.string().meta({ description: 'As the record or the id of the workflow names it' }),
  kind: z.enum(VIOLATION_KINDS),
  cause: z.string().meta({ description: 'What was found, in words; ids and codes only' }),
};
const report = {
  checkedAt: z.iso.datetime(),
  leads: z.int().meta({ description: 'Leads that were looked at' }),
  complete: z.boolean().meta({ description: 'False when a kind has more violations than are listed' }),
};

export const reconcileReportSchema = z
  .object({ ...report, violations: z.array(z.object(violation)) })
  .meta({ id: 'ReconcileReport' });

export const reconcileRepairSchema = z
  .object({
    ...report,
    violations: z.array(
      z.object({
        ...violation,
        repaired: z.boolean().meta({ description: 'Whether something was done; look again to see that it helped' }),
      }),
    ),
  })
  .meta({ id: 'ReconcileRepair' });

export const reconcileRepairRequestSchema = z.strictObject({ note: z.string().max(2_000).optional() }).prefault({});

export type ReconcileReport = z.output<typeof reconcileReportSchema>;
export type ReconcileRepair = z.output<typeof reconcileRepairSchema>;
export type Violation = ReconcileReport['violations'][number];
