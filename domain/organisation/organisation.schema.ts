import { z } from 'zod';
import { holidaysField } from './calendar.schema.js';
import { keyField, languageField, unknownKeyMessage, zoneField } from '../document-field.schema.js';

const senderSchema = z
  .strictObject({
    name: z.string().min(1).max(200),
    address: z.email({ error: 'the sender needs one mail address, for example hello@kelvara.example' }),
    postal: z.string().min(1, { error: 'mail law asks for a postal address under every mail' }).max(500),
  })
  .meta({ id: 'Sender' });

/** documents.md: organisation. The accountable owner answers for every lead nobody else answers for. */
export const organisationSchema = z
  .strictObject(
    {
      name: z.string().min(1).max(200),
      zone: zoneField,
      language: languageField.optional().describe('of mails to leads that have none, nor a campaign that has one'),
      baseUrl: z.url({
        protocol: /^https?$/,
        error: '`baseUrl` is the http(s) address that links in mails start with',
      }),
      accountableOwner: keyField,
      catchAll: keyField.optional().describe('cadence for open leads that no other takes'),
      sender: senderSchema,
      holidays: holidaysField.describe(
        'days off, wherever the lead is: they close windows that say `holidays: true`, beside the holidays of the lead’s country',
      ),
    },
    {
      error: unknownKeyMessage('the organisation', [
        'name',
        'zone',
        'language',
        'baseUrl',
        'accountableOwner',
        'catchAll',
        'sender',
        'holidays',
      ]),
    },
  )
  .meta({ id: 'Organisation' });

export type OrganisationDocument = z.infer<typeof organisationSchema>;
