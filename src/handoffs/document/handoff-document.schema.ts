import { z } from 'zod';
import { HANDOFF_DOCUMENT_FORMATS } from './handoff-document.view.js';

export const handoffDocumentQuerySchema = z
  .strictObject({
    format: z.enum(HANDOFF_DOCUMENT_FORMATS, { error: '`format` is json, html or markdown' }).default('json'),
  })
  .meta({ id: 'HandoffDocumentQuery' });

const blockSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text'), text: z.string() }),
  z.object({
    kind: z.literal('list'),
    ordered: z.boolean(),
    items: z.array(z.object({ name: z.string().optional(), text: z.string() })),
  }),
  z.object({ kind: z.literal('table'), head: z.array(z.string()), rows: z.array(z.array(z.string())) }),
]);

/** Instants are words with their zone: the page is for people. */
export const handoffDocumentSchema = z
  .object({
    title: z.string(),
    organisation: z.string(),
    inForce: z.string(),
    signatures: z.array(z.object({ side: z.enum(['marketing', 'sales']), name: z.string(), at: z.string() })),
    sections: z.array(z.object({ heading: z.string(), blocks: z.array(blockSchema) })),
    madeFrom: z.array(z.string()),
  })
  .meta({ id: 'HandoffDocument' });
