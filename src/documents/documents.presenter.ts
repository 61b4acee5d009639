import type { z } from 'zod';
import type { LintProblem } from '../../domain/lint-problem.js';
import type { Person } from '../people/people.service.js';
import type { Draft, Publication } from './document-editing.service.js';
import type { Signature } from './document-signatures.service.js';
import type { DocumentHead, VersionLine } from './documents.read-model.js';
import type { documentHeadSchema, lintAnswerSchema, publicationSchema, signatureSchema } from './documents.schema.js';

export const presentLint = (lint: readonly LintProblem[]): z.output<typeof lintAnswerSchema> => ({
  lint: lint.map(({ severity, path, code, message, fix }) => ({
    severity,
    path,
    code,
    message,
    ...(fix === undefined ? {} : { fix }),
  })),
});

export const presentHead = (
  head: DocumentHead,
  effectiveVersion: number | undefined,
): z.output<typeof documentHeadSchema> => ({
  key: head.key,
  latestVersion: head.latestVersion === 0 ? null : head.latestVersion,
  effectiveVersion: effectiveVersion ?? null,
  draftEtag: head.draftEtag,
});

const presentSignature = ({ side, person, signedAt }: Signature): z.output<typeof signatureSchema> => ({
  side,
  by: { id: person.id, key: person.key, name: person.name },
  at: signedAt.toISOString(),
});

export const presentDraft = (draft: Draft, signatures?: readonly Signature[]) => ({
  key: draft.key,
  etag: draft.etag,
  document: draft.document,
  ...(signatures === undefined ? {} : { signatures: signatures.map(presentSignature) }),
});

export const presentPublication = (
  key: string,
  publication: Publication,
  inside?: number,
): z.output<typeof publicationSchema> => ({
  key,
  version: publication.version,
  versionId: publication.id,
  effectiveAt: publication.effectiveAt?.toISOString() ?? null,
  ...presentLint(publication.lint),
  ...(inside === undefined ? {} : { inside }),
});

export function presentVersionLine(
  line: VersionLine,
  people: ReadonlyMap<string, Person>,
  effectiveVersion: number | undefined,
) {
  const publisher = people.get(line.publishedBy);
  return {
    id: line.id,
    version: line.version,
    publishedAt: line.publishedAt.toISOString(),
    publishedBy: publisher === undefined ? null : { id: publisher.id, key: publisher.key, name: publisher.name },
    effectiveAt: line.effectiveAt?.toISOString() ?? null,
    effective: line.version === effectiveVersion,
  };
}
