import { z } from 'zod';
import { INSIGHT_KINDS } from '../../domain/lead/insight-kinds.js';

/** Conditions read it as `insight.<kind>`. */
export const insightKindField = z.enum(INSIGHT_KINDS, { error: `Write one of ${INSIGHT_KINDS.join(', ')}` });
