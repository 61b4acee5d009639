import { type FieldError, unreadable } from './problem.js';

const MAX_DEPTH = 64;
const LONE_SURROGATE = /\p{Surrogate}/u;
const NUL = '\u0000';

const textProblem = (text: string): string | undefined =>
  text.includes(NUL)
    ? 'Must not contain the NUL character'
    : LONE_SURROGATE.test(text)
      ? 'Must be well-formed Unicode'
      : undefined;

/**
 * Text that no column can hold (NUL, lone surrogates), found before it becomes a database error.
 * Throws 400 when the value is nested deeper than 64. Walks with an own stack: depth is the attacker's choice.
 */
export function findUnstorableText(root: unknown): FieldError[] {
  const errors: FieldError[] = [];
  const stack: { value: unknown; path: string; depth: number }[] = [{ value: root, path: '', depth: 0 }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { value, path, depth } = next;
    if (typeof value === 'string') {
      const message = textProblem(value);
      if (message !== undefined) errors.push({ path, code: 'unstorable_text', message });
    } else if (typeof value === 'object' && value !== null) {
      if (depth >= MAX_DEPTH) throw unreadable(`The body is nested deeper than ${MAX_DEPTH} levels.`);
      for (const [key, inner] of Object.entries(value)) {
        const message = textProblem(key);
        if (message !== undefined) errors.push({ path, code: 'unstorable_text', message });
        stack.push({ value: inner, path: path === '' ? key : `${path}.${key}`, depth: depth + 1 });
      }
    }
  }
  return errors.slice(0, 100);
}
