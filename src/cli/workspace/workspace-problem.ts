import { type FieldError, ProblemException } from '../../common/problem.js';

/** A file of the workspace that can not be loaded: which one, where in it, what is wrong. */
export class WorkspaceProblem extends Error {
  constructor(
    readonly file: string,
    readonly problems: readonly Pick<FieldError, 'path' | 'message'>[],
  ) {
    super(
      problems.map(({ path, message }) => [file, path, message].filter((part) => part !== '').join(': ')).join('\n'),
    );
    this.name = 'WorkspaceProblem';
  }
}

/** Runs `work`; what it refuses is said of the file. `prefix` stands before each path. */
export async function ofFile<T>(file: string, work: () => T | Promise<T>, prefix = ''): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ProblemException)) throw error;
    const errors = error.options.errors ?? [{ path: '', message: error.detail }];
    throw new WorkspaceProblem(
      file,
      errors.map(({ path, message }) => ({ path: [prefix, path].filter((part) => part !== '').join('.'), message })),
    );
  }
}
