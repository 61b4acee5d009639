import { z } from 'zod';
import { codeField, countryField, keyField, profileNameField } from '../document-field.schema.js';

const line = (max: number) => z.string().trim().min(1).max(max);

const value = z.union([z.string().max(2_000), z.number(), z.boolean(), z.array(z.string().max(200)).max(50)], {
  error: 'A text, a number, true, false or a list of texts',
});

/** A made-up lead, as an intake would bring it. Nothing is ever sent, so the address may be missing. */
export const rehearsalLeadSchema = z
  .strictObject({
    email: z.email({ error: 'write one plain mail address' }).max(320).default('made-up@lead.example'),
    name: line(200).optional(),
    company: line(200).optional(),
    title: line(200).optional(),
    phone: line(64).optional(),
    country: countryField.optional(),
    timeZone: line(64).optional(),
    language: z
      .string()
      .regex(/^[a-z]{2}$/, { error: 'Write the language by its two letters, for example de' })
      .optional(),
    profile: z.record(profileNameField, value).optional(),
    tags: z.array(line(64)).max(100).optional(),
    source: line(100),
    campaign: keyField.optional(),
    handRaise: z.strictObject({ kind: codeField, purpose: z.string().trim().max(500).optional() }).optional(),
  })
  .meta({ id: 'RehearsalLead' });
