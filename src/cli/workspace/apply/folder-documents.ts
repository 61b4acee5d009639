import { SINGLE_KEY } from '../../../documents/documents.service.js';
import type { DocumentKind } from '../../../documents/document.entity.js';
import type { SignaturesFile, Workspace, WorkspaceDocument } from '../read-workspace.js';
import { ORGANISATION_FILE, type PolicyKind } from '../workspace-places.js';

/** A document of a folder, with what it is and who signs it. */
export interface FolderDocument extends WorkspaceDocument {
  readonly kind: DocumentKind;
  /** Stands before each path in the file. */
  readonly prefix?: string;
  readonly signatures?: SignaturesFile;
}

/** Every document of a folder, each after those it names. */
export function folderDocuments(workspace: Workspace): FolderDocument[] {
  const of = (kind: DocumentKind, documents: readonly WorkspaceDocument[]): FolderDocument[] =>
    documents.map((document) => ({ ...document, kind }));
  const policy = (name: PolicyKind): FolderDocument[] =>
    workspace.policies
      .filter(({ key }) => key === name)
      .map((document) => ({ ...document, kind: name, key: SINGLE_KEY }));
  return [
    ...of('score_model', workspace.scoreModels),
    ...of('template', workspace.templates),
    ...policy('frequency'),
    ...policy('sla'),
    ...policy('prep'),
    ...policy('playbook'),
    {
      ...{ kind: 'routing', key: SINGLE_KEY, file: ORGANISATION_FILE, prefix: 'routing' },
      body: workspace.organisation.routing,
    },
    ...workspace.definitions.map((document) => ({ ...document, kind: 'definition' as const })),
    ...of('cadence', workspace.cadences),
    ...policy('recycle'),
  ];
}
