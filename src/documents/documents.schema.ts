import { z } from 'zod';
import { noteField } from '../common/note.schema.js';
import { pageQuery, pageSchema } from '../common/pagination.js';
import type { DocumentKind } from './document.entity.js';
import { DOCUMENT_KIND_INFO } from './document-kinds.js';

export const listDocumentsSchema = z.strictObject(pageQuery);

const anyDocument = z.union([z.looseObject({}), z.array(z.unknown())], { error: 'send a document, as JSON or YAML' });

/**
 * A document as people write it: `key` and what has a default may be left out. It passes unchanged, so that a draft
 * stays as it was written; the service reads it by the schema of its kind, which stands here to be seen.
 */
export const writtenDocument = (kind: DocumentKind) => z.union([anyDocument, DOCUMENT_KIND_INFO[kind].schema]);

export const lintRequestSchema = z
  .strictObject({ document: anyDocument.optional(), note: noteField })
  .optional()
  .meta({ id: 'LintDocument' });

export const noteRequestSchema = z.strictObject({ note: noteField }).optional().meta({ id: 'OptionalNote' });

export const signRequestSchema = z
  .strictObject({ as: z.enum(['marketing', 'sales']), note: noteField })
  .meta({ id: 'SignDocument' });

const lintProblemSchema = z
  .object({
    severity: z.enum(['error', 'warning']),
    path: z.string(),
    code: z.string(),
    message: z.string(),
    fix: z.string().optional(),
  })
  .meta({ id: 'LintProblem' });

export const lintAnswerSchema = z.object({ lint: z.array(lintProblemSchema) }).meta({ id: 'LintAnswer' });

export const publicationSchema = z
  .object({
    key: z.string(),
    version: z.int(),
    versionId: z.uuid(),
    effectiveAt: z.iso.datetime().nullable(),
    lint: z.array(lintProblemSchema),
    inside: z.int().optional().describe('Cadences: leads inside, whatever their version'),
  })
  .meta({ id: 'Publication' });

export const documentHeadSchema = z
  .object({
    key: z.string(),
    latestVersion: z.int().nullable(),
    effectiveVersion: z.int().nullable(),
    draftEtag: z.string().nullable(),
  })
  .meta({ id: 'DocumentHead' });

export const documentPageSchema = pageSchema(documentHeadSchema).meta({ id: 'DocumentPage' });

const versionLine = {
  id: z.uuid(),
  version: z.int(),
  publishedAt: z.iso.datetime(),
  publishedBy: z.object({ id: z.uuid(), key: z.string(), name: z.string() }).nullable(),
  effectiveAt: z.iso.datetime().nullable(),
  effective: z.boolean().describe('Whether this is the version that decides now'),
};

export const versionPageSchema = pageSchema(z.object(versionLine).meta({ id: 'DocumentVersionLine' })).meta({
  id: 'DocumentVersionPage',
});

export const signatureSchema = z
  .object({
    side: z.enum(['marketing', 'sales']),
    by: z.object({ id: z.uuid(), key: z.string(), name: z.string() }),
    at: z.iso.datetime(),
  })
  .meta({ id: 'DocumentSignature' });

/** Answers of one kind carry the document in its own schema. */
export function documentAnswers(kind: DocumentKind) {
  const { schema, signed, title } = DOCUMENT_KIND_INFO[kind];
  const written = writtenDocument(kind);
  const signatures = signed ? { signatures: z.array(signatureSchema) } : {};
  return {
    draft: z
      .object({ key: z.string(), etag: z.string(), document: written, ...signatures })
      .meta({ id: `${title}Draft` }),
    version: z.object({ key: z.string(), ...versionLine, document: written }).meta({ id: `${title}Version` }),
    head: z
      .object({ ...documentHeadSchema.shape, document: schema.nullable().describe('The version that decides now') })
      .meta({ id: `${title}Head` }),
  };
}
