import { z } from 'zod';
import { pageQuery, pageSchema } from '../pagination.js';
import { ALL_SCOPES } from './caller.js';

const instant = z.iso.datetime({ offset: true });

export const createApiKeySchema = z
  .strictObject({
    name: z.string().trim().min(1).max(100),
    personId: z.uuid(),
    scopes: z
      .array(z.enum(ALL_SCOPES))
      .min(1)
      .transform((scopes) => [...new Set(scopes)]),
    expiresAt: instant.optional(),
    note: z.string().max(2000).optional(),
  })
  .meta({ id: 'CreateApiKey' });

export const apiKeySchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    prefix: z.string(),
    personId: z.uuid(),
    scopes: z.array(z.enum(ALL_SCOPES)),
    createdAt: instant,
    expiresAt: instant.nullable(),
    revokedAt: instant.nullable(),
    lastUsedAt: instant.nullable(),
  })
  .meta({ id: 'ApiKey' });

export const createdApiKeySchema = z
  .object({
    apiKey: apiKeySchema,
    /** Only in the first answer; a replayed answer has null. */
    token: z.string().nullable(),
  })
  .meta({ id: 'CreatedApiKey' });

export const listApiKeysSchema = z.strictObject({ ...pageQuery });
export const apiKeyPageSchema = pageSchema(apiKeySchema).meta({ id: 'ApiKeyPage' });
export const revokeApiKeySchema = z
  .strictObject({ note: z.string().max(2000).optional() })
  .optional()
  .meta({ id: 'RevokeApiKey' });
