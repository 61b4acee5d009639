import type { FieldError } from './problem.js';

/** The parts of a schema issue this reads; zod's own type names more. */
export interface SchemaIssue {
  readonly message: string;
  readonly code?: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[];
  readonly keys?: readonly string[];
  readonly errors?: readonly (readonly SchemaIssue[])[];
  readonly params?: Readonly<Record<string, unknown>>;
}

const segments = (issue: SchemaIssue): string[] =>
  (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part));

function codeOf(issue: SchemaIssue): string {
  if (issue.code === 'invalid_type' && /received undefined$/.test(issue.message)) return 'required';
  if (issue.code === 'custom' && typeof issue.params?.code === 'string') return issue.params.code;
  return issue.code ?? 'invalid';
}

/** Of a union the branch that came closest speaks: fewest issues, and of those the deepest. */
const closest = (branches: readonly (readonly SchemaIssue[])[]): readonly SchemaIssue[] => {
  const depth = (branch: readonly SchemaIssue[]) => Math.max(0, ...branch.map((issue) => issue.path?.length ?? 0));
  return [...branches].sort((a, b) => a.length - b.length || depth(b) - depth(a))[0] ?? [];
};

/** All issues of a schema as field errors, one per unknown key. `prefix` stands before every path. */
export function toFieldErrors(issues: readonly SchemaIssue[], prefix: readonly string[] = []): FieldError[] {
  return issues.flatMap((issue): FieldError[] => {
    const path = [...prefix, ...segments(issue)];
    if (issue.code === 'unrecognized_keys') {
      return (issue.keys ?? []).map((key) => ({
        path: [...path, key].join('.'),
        code: 'unknown_field',
        message: 'This field is not known here',
      }));
    }
    const inner = issue.code === 'invalid_union' ? closest(issue.errors ?? []) : [];
    if (inner.length > 0) return toFieldErrors(inner, path);
    return [{ path: path.join('.'), code: codeOf(issue), message: issue.message }];
  });
}
