import { z } from 'zod';
import { CONSENT_BASES, CONSENT_BASIS_ERROR } from '../../domain/contactability/consent.js';
import { countryField, keyField, profileNameField } from '../../domain/document-field.schema.js';
import { LEAD_STATES } from '../../domain/lead/lead-state.js';
import { normaliseEmail } from '../common/normalise-email.js';
import { noteField } from '../common/note.schema.js';
import { pageQuery } from '../common/pagination.js';

const MAX_PROFILE_FIELDS = 100;
const MAX_PROFILE_CHARS = 16_000;

export const CUSTODIES = ['marketing', 'shared', 'sales'] as const;

const line = (max: number) => z.string().trim().min(1).max(max);
const instant = z.iso.datetime({ offset: true });

const email = z
  .string()
  .max(320)
  .superRefine((text, context) => {
    const normalised = normaliseEmail(text);
    if (!normalised.ok)
      context.addIssue({ code: 'custom', message: normalised.why, params: { code: 'invalid_email' } });
  })
  .meta({ format: 'email' });

const language = z.string().regex(/^[a-z]{2}$/, { error: 'Write the language by its two letters, for example de' });

const profileValue = z.union([z.string().max(2_000), z.number(), z.boolean(), z.array(z.string().max(200)).max(50)], {
  error: 'A text, a number, true, false or a list of texts',
});

const isSmall = (profile: object): boolean =>
  Object.keys(profile).length <= MAX_PROFILE_FIELDS && JSON.stringify(profile).length <= MAX_PROFILE_CHARS;
const tooLarge = { error: `At most ${MAX_PROFILE_FIELDS} fields and ${MAX_PROFILE_CHARS} characters as JSON` };

const tags = z
  .array(line(64))
  .max(100)
  .transform((list) => [...new Set(list)]);

const consentSchema = z
  .strictObject({
    basis: z.enum(CONSENT_BASES, { error: CONSENT_BASIS_ERROR }).describe('On what ground the lead may be contacted'),
    at: instant.describe('When the lead agreed: no instant that is yet to come'),
    text: z.string().max(2_000).optional().describe('The words the lead agreed to'),
  })
  .meta({ id: 'Consent' });

const handRaiseSchema = z
  .strictObject({
    kind: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, { error: 'A kind is written in snake_case' }),
    purpose: z.string().trim().max(500).optional().describe("What is asked for, in the lead's words"),
  })
  .meta({ id: 'HandRaise' });

/** `timeZone` that is no zone is kept and reported, not refused: a form's mistake must not lose a lead. */
export const createLeadSchema = z
  .strictObject({
    email,
    name: line(200).optional(),
    company: line(200).optional(),
    title: line(200).optional(),
    phone: line(64).optional(),
    country: countryField.optional(),
    timeZone: line(64).optional(),
    language: language.optional(),
    profile: z.record(profileNameField, profileValue).refine(isSmall, tooLarge).optional(),
    tags: tags.optional(),
    externalIds: z.array(line(200)).max(10).optional().describe('Ids other systems know the lead by'),
    source: line(100),
    campaign: keyField.optional(),
    consent: consentSchema,
    handRaise: handRaiseSchema.optional(),
    note: noteField,
  })
  .meta({ id: 'CreateLead' });

export type CreateLead = z.output<typeof createLeadSchema>;

/** What is not named stays; null empties a field. */
export const patchLeadSchema = z
  .strictObject({
    name: line(200).nullable().optional(),
    company: line(200).nullable().optional(),
    title: line(200).nullable().optional(),
    phone: line(64).nullable().optional(),
    country: countryField.nullable().optional(),
    timeZone: line(64).nullable().optional(),
    language: language.nullable().optional(),
    profile: z.record(profileNameField, profileValue.nullable()).refine(isSmall, tooLarge).optional(),
    tags: tags.optional().describe('Replaces the whole list'),
    note: noteField,
  })
  .meta({ id: 'PatchLead' });

export type PatchLead = z.output<typeof patchLeadSchema>;

export const LEAD_SORTS = ['createdAt', '-createdAt', 'stateSince', '-stateSince', 'score', '-score'] as const;
export type LeadSort = (typeof LEAD_SORTS)[number];

export const listLeadsSchema = z.strictObject({
  ...pageQuery,
  state: z.enum(LEAD_STATES).optional(),
  custody: z.enum(CUSTODIES).optional(),
  cadence: line(80).optional().describe('Key of the cadence the lead is in, suspended ones too'),
  source: line(100).optional(),
  campaign: line(80).optional(),
  accountable: z.union([z.literal('me'), z.uuid()]).optional(),
  q: line(100).optional().describe('Part of name, company or mail address, or an external id'),
  sort: z.enum(LEAD_SORTS).default('-createdAt'),
});

export const TIMELINE_KINDS = [
  'engagement',
  'touch',
  'state',
  'offer',
  'decision',
  'rung',
  'enrollment',
  'step',
  'wait',
  'branch',
  'todo',
  'webhook',
  'held',
  'exit',
  'score',
  'custody',
  'profile',
  'note',
  'insight',
  'prep',
  'ignored',
] as const;
export type TimelineKind = (typeof TIMELINE_KINDS)[number];

const kindList = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => [value].flat().flatMap((text) => text.split(',')))
  .pipe(z.array(z.enum(TIMELINE_KINDS)).min(1));

export const timelineQuerySchema = z.strictObject({
  ...pageQuery,
  kind: kindList.optional().describe('One or several, separated by commas'),
  order: z.enum(['asc', 'desc']).default('asc'),
});
