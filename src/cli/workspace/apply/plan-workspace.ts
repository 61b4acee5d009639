import { isDeepStrictEqual } from 'node:util';
import { stableJson } from '../../../common/stable-json.js';
import type { DocumentKind } from '../../../documents/document.entity.js';
import { DOCUMENT_KIND_INFO, parseDocument } from '../../../documents/document-kinds.js';
import type { StoredDocument } from '../../../documents/stored-documents.read-model.js';
import { isSignedText } from '../signed-text.js';
import type { StoredWorkspace } from '../export/stored-workspace.js';
import type { SignaturesFile, Workspace } from '../read-workspace.js';
import { fileOf, nameOf, ORGANISATION_FILE } from '../workspace-places.js';
import { type Difference, diffValues } from './diff-values.js';
import { type FolderDocument, folderDocuments } from './folder-documents.js';

/** What applying a folder does about one row or document. */
export interface PlanEntry {
  /** `cadence long-term`, `person jonas-weidner`. */
  readonly what: string;
  readonly file: string;
  /**
   * `draft`: a draft is stored and waits for signatures; `waits`: it is there and waits already; `left`: the folder does not
   * have it, and it stays.
   */
  readonly change: 'create' | 'change' | 'draft' | 'waits' | 'unchanged' | 'left';
  /** What else is to be known about it. */
  readonly note: string;
  readonly differences: readonly Difference[];
  /** Equal as long as nobody has changed it. */
  readonly state: string;
  /** The document that is to be drafted or published. */
  readonly document?: FolderDocument;
}

/** Entries that change something. */
export const changesOf = (plan: readonly PlanEntry[]): PlanEntry[] =>
  plan.filter(({ change }) => change === 'create' || change === 'change' || change === 'draft');

/** Compares a folder with the database: rows of the organisation first, then documents, each after those it names. */
export function planWorkspace(workspace: Workspace, stored: StoredWorkspace): PlanEntry[] {
  const { organisation: file } = workspace;
  const { parts } = stored;
  const documents = folderDocuments(workspace);
  const known = new Map(stored.documents.map((one) => [nameOf(one.kind, one.key), one]));
  const named = new Set(documents.map(({ kind, key }) => nameOf(kind, key)));
  return [
    planRow('organisation', stored.organisation, file.organisation),
    ...planRows('calendar', parts.calendars, file.calendars, ({ key }) => key),
    ...planRows('team', parts.teams, file.teams, ({ key }) => key),
    ...planRows('person', parts.people, file.people, ({ key }) => key),
    ...planRows('reason', parts.reasons, file.reasons, ({ code }) => code),
    ...planRows('campaign', parts.campaigns, file.campaigns, ({ key }) => key),
    ...documents.map((document) => planDocument(document, known.get(nameOf(document.kind, document.key)))),
    ...stored.documents
      .filter(({ kind, key }) => !named.has(nameOf(kind, key)))
      .map(({ kind, key }) => leftAlone(nameOf(kind, key), fileOf(kind, key))),
  ];
}

function planRows<T>(what: string, before: readonly T[], after: readonly T[], keyOf: (row: T) => string): PlanEntry[] {
  const known = new Map(before.map((row) => [keyOf(row), row]));
  const named = new Set(after.map(keyOf));
  return [
    ...after.map((row) => planRow(`${what} ${keyOf(row)}`, known.get(keyOf(row)), row)),
    ...before
      .filter((row) => !named.has(keyOf(row)))
      .map((row) => leftAlone(`${what} ${keyOf(row)}`, ORGANISATION_FILE)),
  ];
}

function planRow(what: string, before: unknown, after: unknown): PlanEntry {
  const state = stableJson(before ?? null);
  const differences = before === undefined ? [] : diffValues(jsonOf(before), jsonOf(after));
  const change = before === undefined ? 'create' : differences.length === 0 ? 'unchanged' : 'change';
  return { what, file: ORGANISATION_FILE, change, note: '', differences, state };
}

const leftAlone = (what: string, file: string): PlanEntry => ({
  ...{ what, file, change: 'left', note: 'not in the folder', differences: [], state: '' },
});

function planDocument(document: FolderDocument, stored: StoredDocument | undefined): PlanEntry {
  const { kind, key, file } = document;
  const written = writtenOf(kind, key, document.body);
  const base = { what: nameOf(kind, key), file, state: stateOf(stored), document };
  const version = (stored?.latestVersion ?? 0) + 1;
  const isPublished = stored?.published !== undefined && isDeepStrictEqual(stored.published, written);
  const isDraft = stored?.draft !== undefined && isDeepStrictEqual(stored.draft, written);
  // A file of the organisation always has its routing; none is none.
  const isNothing = kind === 'routing' && stored === undefined && isDeepStrictEqual(written, []);
  if (isPublished || isNothing) {
    const note = isDraft || isNothing ? '' : 'an unpublished draft of it is left as it is';
    return { ...base, change: 'unchanged', note, differences: [] };
  }
  const differences = diffValues(stored?.published, written);
  const isOverwriting =
    stored?.draft !== undefined && !isDraft && !isDeepStrictEqual(stored.draft, stored.published ?? null);
  const over = isOverwriting ? '; an unpublished draft is written over' : '';
  const { open, fresh } = signaturesOf(document, written, isDraft ? stored : undefined);
  if (open.length > 0) {
    const note = `waits for the signature of ${open.join(' and of ')}${over}`;
    const change = isDraft && fresh.length === 0 ? 'waits' : 'draft';
    return { ...base, change, note, differences: stored?.published === undefined ? [] : differences };
  }
  if (stored?.published === undefined) {
    return { ...base, change: 'create', note: `version ${version}${over}`, differences: [] };
  }
  return { ...base, change: 'change', note: `version ${version}${over}`, differences };
}

/** `open`: sides that neither the folder nor Baton has a signature of; `fresh`: those that only the folder has. */
function signaturesOf(document: FolderDocument, written: unknown, drafted: StoredDocument | undefined) {
  const sides = DOCUMENT_KIND_INFO[document.kind].signed ? (['marketing', 'sales'] as const) : [];
  const signers = signersFor(document.signatures, written);
  const unsigned = sides.filter((side) => drafted?.draftSigners[side] === undefined);
  return {
    open: unsigned.filter((side) => signers[side] === undefined),
    fresh: unsigned.filter((side) => signers[side] !== undefined),
  };
}

/** The people a folder names, unless they signed another text than it has. */
export function signersFor(
  signatures: SignaturesFile | undefined,
  written: unknown,
): Pick<SignaturesFile, 'marketing' | 'sales'> {
  return signatures !== undefined && isSignedText(signatures, written) ? signatures : {};
}

/** As it is stored; what can not be read was refused by the lint before. */
function writtenOf(kind: DocumentKind, key: string, body: unknown): unknown {
  const parsed = parseDocument(kind, key, body);
  return parsed.ok ? jsonOf(parsed.written) : body;
}

const stateOf = (stored: StoredDocument | undefined): string =>
  stored === undefined ? 'none' : stableJson([stored.draftEtag, stored.latestVersion, stored.draftSigners]);

const jsonOf = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;
