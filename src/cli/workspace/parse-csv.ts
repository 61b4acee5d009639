/** One line of a CSV file by the names of its header; `line` counts from 1 as editors do. */
export interface CsvRow {
  readonly line: number;
  readonly fields: Readonly<Record<string, string>>;
}

/** Reads RFC 4180: quotes double inside quotes, fields may span lines. Throws with the line for what is not CSV. */
export function parseCsv(text: string): CsvRow[] {
  const [header, ...records] = readRecords(text.replace(/^\uFEFF/, ''));
  if (header === undefined) return [];
  const names = header.fields.map((name) => name.trim());
  return records.map(({ line, fields }) => {
    if (fields.length !== names.length) {
      throw new Error(`line ${line} has ${fields.length} fields, the header names ${names.length}`);
    }
    return { line, fields: Object.fromEntries(names.map((name, index) => [name, fields[index] ?? ''])) };
  });
}

interface CsvRecord {
  readonly line: number;
  readonly fields: string[];
}

function readRecords(text: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  let [fields, field, line, startedAt] = [[] as string[], '', 1, 1];
  let quoted = false;
  const endRecord = (): void => {
    fields.push(field);
    if (fields.length > 1 || field !== '') records.push({ line: startedAt, fields });
    [fields, field, startedAt] = [[], '', line + 1];
  };
  for (let index = 0; index < text.length; index += 1) {
    const char = text.charAt(index);
    if (quoted) {
      if (char === '\n') line += 1;
      if (char !== '"') field += char;
      else if (text[index + 1] === '"') {
        field += '"';
        index += 1;
      } else quoted = false;
    } else if (char === '"' && field === '') quoted = true;
    else if (char === ',') {
      fields.push(field);
      field = '';
    } else if (char === '\n') {
      endRecord();
      line += 1;
    } else if (char !== '\r') field += char;
  }
  if (quoted) throw new Error(`a quote that opens in the record of line ${startedAt} is not closed`);
  endRecord();
  return records;
}
