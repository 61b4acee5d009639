import { z } from 'zod';

/** Optional on every changing call; kept in the audit. */
export const noteField = z.string().trim().min(1).max(2_000).optional().describe('Why; kept in the audit');

/** For calls whose body is a document of its own: `?note=`. */
export const noteQuerySchema = z.strictObject({ note: noteField });
