import type { DocumentKind } from '../../documents/document.entity.js';

export const ORGANISATION_FILE = 'organisation.yaml';
export const LEADS_FILE = 'leads.csv';
export const ENGAGEMENTS_FILE = 'engagements.csv';
export const POLICIES_FOLDER = 'policies';
export const SIGNATURES = '.signatures.yaml';

/** Where documents with a key of their own lie, one file each, named by its key. */
export const FOLDERS = {
  score_model: 'score-models',
  definition: 'definitions',
  cadence: 'cadences',
  template: 'templates',
} as const satisfies Partial<Record<DocumentKind, string>>;

/** Policies are files of one folder, by these names; routing is a part of the organisation's file. */
export const POLICIES = [
  ...(['sla', 'recycle', 'frequency', 'prep', 'playbook'] as const),
] as const satisfies readonly DocumentKind[];
export type PolicyKind = (typeof POLICIES)[number];

const isPolicy = (kind: DocumentKind): kind is PolicyKind => POLICIES.some((name) => name === kind);

/** `score-models/default.yaml` */
export function fileOf(kind: DocumentKind, key: string): string {
  if (kind === 'routing') return ORGANISATION_FILE;
  if (isPolicy(kind)) return `${POLICIES_FOLDER}/${kind}.yaml`;
  return `${FOLDERS[kind]}/${key}.yaml`;
}

/** The file beside a definition that names who signs it. */
export const signaturesOf = (file: string): string => file.replace(/\.(?:yaml|json)$/, SIGNATURES);

/** `score model default`; a kind of which there is one has no key. */
export function nameOf(kind: DocumentKind, key: string): string {
  const word = kind.replaceAll('_', ' ');
  return Object.hasOwn(FOLDERS, kind) ? `${word} ${key}` : word;
}
