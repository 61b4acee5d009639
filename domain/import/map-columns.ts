import { guessField } from './guess-field.js';
import { isImportField, readProfileField } from './import-field.js';

/** A column of the file and what it is; `field` null: it is passed over. */
export interface ImportColumn {
  readonly column: string;
  readonly field: string | null;
  readonly guessed: boolean;
}

export interface MappingProblem {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/** Names of fields that are the lead's own and so no profile's. */
const OWN: readonly string[] = ['email', 'name', 'company', 'title', 'phone'];

/**
 * What each column of the header is: as `mapping` says, else as its header sounds; of two columns that sound alike the
 * first. All problems of the mapping at once.
 */
export function mapColumns(
  header: readonly string[],
  mapping: Readonly<Record<string, string | null>>,
): { readonly columns: readonly ImportColumn[]; readonly problems: readonly MappingProblem[] } {
  const names = header.map((name) => name.trim());
  const problems = [...namingProblems(names, mapping), ...fieldProblems(mapping)];
  const taken = new Set(Object.values(mapping).filter((field) => field !== null));
  const columns = names.map((column): ImportColumn => {
    if (Object.hasOwn(mapping, column)) return { column, field: mapping[column] ?? null, guessed: false };
    const field = guessField(column);
    if (field === undefined || taken.has(field)) return { column, field: null, guessed: true };
    taken.add(field);
    return { column, field, guessed: true };
  });
  if (!columns.some(({ field }) => field === 'email')) {
    problems.push({
      path: 'mapping',
      code: 'no_email_column',
      message: `No column is the e-mail address; name it, for example {"${names[0] ?? 'Mail'}": "email"}`,
    });
  }
  return { columns, problems };
}

function namingProblems(names: readonly string[], mapping: Readonly<Record<string, unknown>>): MappingProblem[] {
  const twice = names.filter((name, index) => name !== '' && names.indexOf(name) !== index);
  const absent = Object.keys(mapping).filter((column) => !names.includes(column));
  return [
    ...[...new Set(twice)].map((name) => ({
      ...{ path: 'file', code: 'repeated_column', message: `The header names the column ${name} twice` },
    })),
    ...absent.map((column) => ({
      ...{ path: `mapping.${column}`, code: 'unknown_column', message: `The header has no column ${column}` },
    })),
  ];
}

function fieldProblems(mapping: Readonly<Record<string, string | null>>): MappingProblem[] {
  const seen = new Map<string, string>();
  const problems: MappingProblem[] = [];
  for (const [column, field] of Object.entries(mapping)) {
    if (field === null) continue;
    const path = `mapping.${column}`;
    const before = seen.get(field);
    if (!isImportField(field)) {
      const message = 'A column is a field of the lead, profile.<name>, profile.<name>:number, or null';
      problems.push({ path, code: 'unknown_field', message });
    } else if (OWN.includes(readProfileField(field)?.name ?? '')) {
      problems.push({ path, code: 'unknown_field', message: 'This is a field of the lead, not of its profile' });
    } else if (before !== undefined) {
      problems.push({ path, code: 'repeated_field', message: `The column ${before} is the same field` });
    }
    seen.set(field, column);
  }
  return problems;
}
