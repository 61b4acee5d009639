import type { CadenceDocument, CadenceStep } from './cadence.schema.js';

/** The step of the document with the id; undefined for `$end` and for ids it does not have. */
export function findStep(document: CadenceDocument, id: string): CadenceStep | undefined {
  return document.steps.find((step) => step.id === id);
}
