import type { LintRule } from './lint-rules.js';

/** One finding about a document. An `error` stops publishing, a `warning` does not. */
export interface LintProblem {
  readonly severity: 'error' | 'warning';
  /** Where in the document, keys and indexes joined by dots: `engagement.rules.2.perDay`. */
  readonly path: string;
  readonly code: LintRule;
  /** What is wrong, in a sentence for the one who edits the document. */
  readonly message: string;
  /** What to do about it. */
  readonly fix?: string;
}
