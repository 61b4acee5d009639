import { findUnstorableText } from '../../common/check-json.js';
import { ProblemException } from '../../common/problem.js';
import { WorkspaceProblem } from './workspace-problem.js';

/** The content that `read` gives. What no column could hold, or what can not be made into a value, is said of the file. */
export function checkText<T>(file: string, read: () => T): T {
  let content: T;
  let problems: readonly { readonly path: string; readonly message: string }[];
  try {
    content = read();
    problems = findUnstorableText(content);
  } catch (error) {
    const why =
      error instanceof ProblemException ? error.detail : error instanceof Error ? error.message : 'unreadable';
    throw new WorkspaceProblem(file, [{ path: '', message: why }]);
  }
  if (problems.length > 0) throw new WorkspaceProblem(file, problems);
  return content;
}
