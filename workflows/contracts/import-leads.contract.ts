/** Type name and ids of the workflow that takes an import in; it runs on the queue of the leads. */
export const IMPORT_LEADS = 'importLeads';

/** Workflow id of an import. */
export function importWorkflowId(importId: string): string {
  return `import/${importId}`;
}

/** Input of a run, the same for all runs of an import: how far it is stands in the record. */
export interface ImportLeadsInput {
  readonly v: 1;
  readonly importId: string;
  /** Forces continue-as-new after that many history events. */
  readonly testMaxHistory?: number;
}
