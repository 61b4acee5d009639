import { z } from 'zod';
import { codeField, keyField } from '../../domain/document-field.schema.js';
import { FIRST_CONTACT_CHOICES } from '../../domain/handoff/first-contact.js';
import { insightKindField } from '../common/insight-kind.schema.js';
import { noteField } from '../common/note.schema.js';
import { pageQuery, pageSchema } from '../common/pagination.js';
import { airCoverAnswerSchema } from './air-cover/air-cover.schema.js';
import { playbookAnswerSchema } from './playbook/playbook.schema.js';
import { prepAnswerSchema } from './prep/prep.schema.js';

const HANDOFF_STATES = ['offered', 'accepted', 'rejected', 'expired', 'withdrawn'] as const;

/** A person by id or key. */
const personRef = z.union([z.uuid(), keyField], { error: 'name a person by id or key' });
const by = personRef.optional().describe('The person who decides, when a key speaks for several; default: its own');
const instant = z.iso.datetime({ offset: true });
const note = noteField;

export const handoffIdField = z.uuid();

export const listHandoffsSchema = z.strictObject({
  ...pageQuery,
  state: z.enum(HANDOFF_STATES).optional(),
  assignee: z.union([z.literal('me'), personRef]).optional(),
  leadId: z.uuid().optional(),
});

export const acceptSchema = z
  .strictObject({
    note,
    by,
    firstContactBy: z
      .union([z.enum(FIRST_CONTACT_CHOICES), instant], { error: 'today, tomorrow, this_week or an instant' })
      .optional(),
    meetingAt: instant.optional().describe('When you meet: the lead is reminded of its checklist before it'),
  })
  .prefault({})
  .meta({ id: 'AcceptHandoff' });

export const rejectSchema = z
  .strictObject({
    reason: codeField,
    note,
    by,
    quality: z.int().min(1).max(5).optional().describe('How good the lead was: 1 poor, 5 excellent'),
    insights: z
      .array(z.strictObject({ kind: insightKindField, text: z.string().trim().min(1).max(1_000) }))
      .max(10)
      .optional(),
    earliestReturnAt: instant.optional(),
  })
  .meta({ id: 'RejectHandoff' });

export const giveBackSchema = rejectSchema.omit({ quality: true }).meta({ id: 'GiveBackHandoff' });

export const undoSchema = z.strictObject({ note, by }).prefault({}).meta({ id: 'UndoDecision' });

export const stopAirCoverSchema = z.strictObject({ note, by }).prefault({}).meta({ id: 'StopAirCover' });

export const withdrawSchema = z.strictObject({ note, by }).prefault({}).meta({ id: 'WithdrawHandoff' });

export const reassignSchema = z
  .strictObject({
    to: personRef
      .optional()
      .describe('Without it routing chooses, as for a new offer, somebody who has not had this one'),
    note,
    by,
  })
  .prefault({})
  .meta({ id: 'ReassignHandoff' });

export const acknowledgeSchema = z.strictObject({ note, by }).prefault({}).meta({ id: 'AcknowledgeReturn' });

export const salesTouchSchema = z
  .strictObject({ disposition: codeField, at: instant.optional(), note, by })
  .meta({ id: 'SalesTouch' });

const money = z.strictObject({
  amount: z.string().regex(/^\d{1,15}(\.\d{1,2})?$/, { error: 'write money as "12000.00"' }),
  currency: z.string().regex(/^[A-Z]{3}$/, { error: 'three capital letters, for example EUR' }),
});

export const outcomeSchema = z
  .strictObject({
    outcome: z.enum(['won', 'lost']),
    value: money.optional(),
    reason: codeField.optional(),
    occurredAt: instant.optional(),
    externalId: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}$/, { error: "An id of the CRM's: letters, digits and . _ : / - only" })
      .optional()
      .describe('Stands in the lead’s history: an id, never words'),
    note,
    by,
  })
  .meta({ id: 'LeadOutcome' });

const person = z.object({ id: z.uuid(), name: z.string() });
const at = z.string().nullable();

export const handoffAnswerSchema = z
  .object({
    id: z.uuid(),
    no: z.int(),
    lead: z.object({ id: z.uuid(), name: z.string().nullable(), company: z.string().nullable() }),
    state: z.enum(HANDOFF_STATES),
    assignee: person,
    team: z.string(),
    qualifiedBy: z.enum(['definition', 'person', 'step']),
    ruleId: z.string().nullable(),
    definition: z.object({ key: z.string(), version: z.int() }).nullable(),
    packet: z.record(z.string(), z.unknown()).describe('Phone and address are masked until acceptance'),
    routing: z.object({
      sentence: z.string(),
      candidates: z.array(z.object({ personId: z.string(), why: z.string() })),
    }),
    offeredAt: z.string(),
    acceptDueAt: at,
    breached: z.boolean(),
    decidedAt: at,
    decidedBy: person.nullable(),
    decidedVia: z.string().nullable(),
    undoUntil: at.describe('Until when the caller, who decided, can undo; null when they can not'),
    reason: z.string().nullable(),
    quality: z.int().nullable(),
    firstContactBy: at,
    meetingAt: at,
    firstTouchDueAt: at,
    firstTouchAt: at,
    returnedAt: at,
    acknowledgedAt: at,
    acknowledgedBy: person.nullable(),
  })
  .meta({ id: 'Handoff' });

/** One handoff with what came after its acceptance. */
export const handoffDetailSchema = handoffAnswerSchema
  .extend({
    prep: prepAnswerSchema.nullable(),
    playbook: playbookAnswerSchema.nullable(),
    airCover: airCoverAnswerSchema.nullable(),
  })
  .meta({ id: 'HandoffDetail' });

export const handoffPageSchema = pageSchema(handoffAnswerSchema).meta({ id: 'HandoffPage' });

const leadState = z.object({
  id: z.uuid(),
  name: z.string().nullable(),
  company: z.string().nullable(),
  state: z.string(),
  custody: z.string(),
});

export const decidedAnswerSchema = z
  .object({ handoff: handoffAnswerSchema, lead: leadState })
  .meta({ id: 'HandoffDecided' });

export const outcomeAnswerSchema = z
  .object({ lead: leadState, outcome: z.enum(['won', 'lost']), at: z.string() })
  .meta({ id: 'OutcomeRecorded' });

export type HandoffAnswer = z.output<typeof handoffAnswerSchema>;
export type HandoffDetail = z.output<typeof handoffDetailSchema>;
export type DecidedAnswer = z.output<typeof decidedAnswerSchema>;
