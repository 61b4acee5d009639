import { z } from 'zod';
import { keyField, localDateField, unknownKeyMessage, zoneField } from '../document-field.schema.js';

export const PERSON_ROLES = ['marketer', 'rep', 'team_owner', 'approver', 'accountable_owner', 'operator'] as const;
export type PersonRole = (typeof PERSON_ROLES)[number];

/** Absence by local dates of the person's zone, both ends included. */
const absenceSchema = z
  .strictObject({ from: localDateField, to: localDateField })
  .refine((away) => away.from <= away.to, { error: '`to` is before `from`', path: ['to'] })
  .meta({ id: 'Absence' });
export type Absence = z.infer<typeof absenceSchema>;

const PERSON_KEYS = [
  'key',
  'name',
  'email',
  'team',
  'roles',
  'zone',
  'calendar',
  'capacity',
  'weight',
  'away',
  'deputy',
];

/** documents.md: people. `capacity` counts open offers; `weight` is the share in the round robin. */
export const personSchema = z
  .strictObject(
    {
      key: keyField,
      name: z.string().min(1).max(200),
      email: z.email({ error: 'a person needs one mail address' }),
      team: keyField,
      roles: z
        .array(z.enum(PERSON_ROLES, { error: `a role is one of ${PERSON_ROLES.join(', ')}` }))
        .min(1, { error: 'a person needs at least one role' }),
      zone: zoneField,
      calendar: keyField,
      capacity: z.int().min(0).max(10_000).default(6),
      weight: z.int().min(1).max(100).default(1),
      away: z.array(absenceSchema).max(200).default([]),
      deputy: keyField.optional(),
    },
    { error: unknownKeyMessage('a person', PERSON_KEYS) },
  )
  .meta({ id: 'Person' });

export type PersonDocument = z.infer<typeof personSchema>;
