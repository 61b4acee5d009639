import { z } from 'zod';
import { LEAD_STATES } from '../../domain/lead/lead-state.js';
import { pageSchema } from '../common/pagination.js';
import { CUSTODIES, TIMELINE_KINDS } from './leads.schema.js';

const instant = z.iso.datetime();

const personSchema = z.object({ id: z.uuid(), name: z.string() }).meta({ id: 'PersonName' });
const grade = z.enum(['A', 'B', 'C', 'D']);

export const leadAnswerSchema = z
  .object({
    id: z.uuid(),
    email: z.string().nullable(),
    name: z.string().nullable(),
    company: z.string().nullable(),
    title: z.string().nullable(),
    phone: z.string().nullable(),
    country: z.string().nullable(),
    timeZone: z.string().nullable(),
    language: z.string().nullable(),
    profile: z.record(z.string(), z.json()),
    tags: z.array(z.string()),
    externalIds: z.array(z.string()),
    source: z.string(),
    campaign: z.string().nullable(),
    consent: z.object({ basis: z.string(), at: z.string(), text: z.string().nullable() }).nullable(),
    contactable: z.boolean(),
    state: z.enum(LEAD_STATES),
    stateSince: instant,
    custody: z.enum(CUSTODIES),
    marketing: personSchema.nullable(),
    sales: personSchema.nullable(),
    accountable: personSchema,
    grade,
    score: z.number().describe('As of the last engagement; explain has it as of now'),
    cadence: z
      .object({
        key: z.string(),
        version: z.int(),
        step: z.string(),
        state: z.enum(['running', 'suspended']),
        enrolledAt: instant,
      })
      .nullable(),
    nextWakeAt: instant.nullable(),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'Lead' });

export const leadPageSchema = pageSchema(leadAnswerSchema).meta({ id: 'LeadPage' });

export const createdLeadSchema = z
  .object({
    lead: leadAnswerSchema,
    created: z.boolean(),
    decision: z.object({ state: z.enum(LEAD_STATES), why: z.string() }),
    warnings: z
      .array(z.object({ path: z.string(), code: z.string(), message: z.string() }))
      .describe('Fields that were kept but can not be used as they are'),
  })
  .meta({ id: 'LeadIntake' });

export const custodyAnswerSchema = z
  .object({
    items: z.array(
      z.object({
        custody: z.enum(CUSTODIES),
        marketing: personSchema.nullable(),
        sales: personSchema.nullable(),
        accountable: personSchema,
        since: instant,
        until: instant.nullable().describe('Null: still so'),
        cause: z.string(),
        ruleId: z.string().nullable(),
        handoffNo: z.int().nullable(),
      }),
    ),
  })
  .meta({ id: 'LeadCustody' });

export const timelinePageSchema = pageSchema(
  z.object({
    id: z.string(),
    at: instant,
    kind: z.enum(TIMELINE_KINDS),
    sentence: z.string(),
    by: personSchema.nullable(),
    data: z.record(z.string(), z.json()),
  }),
).meta({ id: 'LeadTimeline' });

export const explainAnswerSchema = z
  .object({
    state: z.enum(LEAD_STATES),
    sentence: z.string(),
    because: z.array(z.string()),
    waitsFor: z.object({ kinds: z.array(z.string()), until: instant.nullable(), sentence: z.string() }),
    wouldMove: z.array(z.string()),
    rule: z
      .object({ id: z.string(), definition: z.string().nullable(), version: z.int().nullable() })
      .nullable()
      .describe('The rule on which the open handoff rests'),
    score: z.object({
      grade,
      engagement: z.number(),
      items: z.array(
        z.object({
          ruleId: z.string(),
          points: z.number().describe('As given'),
          now: z.number().describe('What is left of it'),
          at: instant,
          engagementId: z.uuid().nullable(),
          capped: z.boolean(),
        }),
      ),
    }),
    nextWakeAt: instant.nullable(),
    accountable: personSchema,
    workflow: z.object({ id: z.string(), uiUrl: z.string().nullable() }),
  })
  .meta({ id: 'LeadExplanation' });

export const leadCommandAnswerSchema = z
  .object({ lead: leadAnswerSchema, state: z.enum(LEAD_STATES), at: instant })
  .meta({ id: 'LeadCommandAnswer' });
