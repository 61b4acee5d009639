import { z } from 'zod';
import {
  codeField,
  countryField,
  keyField,
  languageField,
  moneyField,
  unknownKeyMessage,
  zoneField,
} from '../document-field.schema.js';

const CAMPAIGN_KEYS = ['key', 'name', 'source', 'owner', 'country', 'language', 'zone', 'cost', 'startScore'];

/** documents.md: campaigns. One programme with cost, country, language and zone. */
export const campaignSchema = z
  .strictObject(
    {
      key: keyField,
      name: z.string().min(1).max(200).optional(),
      source: codeField,
      owner: keyField,
      country: countryField.optional(),
      language: languageField.optional().describe('of mails to its leads, where they have none of their own'),
      zone: zoneField.optional(),
      cost: moneyField.optional(),
      startScore: z.number().min(-1000).max(1000).default(0),
    },
    { error: unknownKeyMessage('a campaign', CAMPAIGN_KEYS) },
  )
  .meta({ id: 'Campaign' });

export type CampaignDocument = z.infer<typeof campaignSchema>;
