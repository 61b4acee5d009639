import { z } from 'zod';
import { moneyField } from '../../domain/document-field.schema.js';
import { campaignSchema } from '../../domain/organisation/campaign.schema.js';
import { noteField } from '../common/note.schema.js';
import { pageQuery, pageSchema } from '../common/pagination.js';

export const listCampaignsSchema = z.strictObject(pageQuery);

export const putCampaignSchema = campaignSchema
  .partial({ key: true })
  .extend({ note: noteField })
  .meta({ id: 'PutCampaign' });

export const campaignAnswerSchema = z
  .object({
    key: z.string(),
    name: z.string().nullable(),
    source: z.string(),
    owner: z.object({ id: z.uuid(), key: z.string(), name: z.string() }).meta({ id: 'CampaignOwner' }),
    country: z.string().nullable(),
    language: z.string().nullable(),
    zone: z.string().nullable(),
    cost: moneyField.nullable(),
    startScore: z.number(),
  })
  .meta({ id: 'CampaignAnswer' });

export const campaignPageSchema = pageSchema(campaignAnswerSchema).meta({ id: 'CampaignPage' });
