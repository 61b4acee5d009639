export const DELIMITERS = [',', ';', '\t', '|'] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** Rows that are looked at. */
const ROWS = 50;

/**
 * What separates the cells, from the beginning of a file: of those that the header has, the one that most of the next
 * rows have as often, then the one the header has most. A file of one column has commas.
 */
export function guessDelimiter(sample: string): Delimiter {
  const [header, ...rows] = countsByRow(sample);
  let best: { delimiter: Delimiter; share: number; columns: number } | undefined;
  for (const delimiter of DELIMITERS) {
    const columns = header?.[delimiter] ?? 0;
    if (columns === 0) continue;
    const share = rows.length === 0 ? 1 : rows.filter((row) => row[delimiter] === columns).length / rows.length;
    const isBetter = best === undefined || share > best.share || (share === best.share && columns > best.columns);
    if (isBetter) best = { delimiter, share, columns };
  }
  return best?.delimiter ?? ',';
}

type Counts = Record<Delimiter, number>;

/** How often each stands in a row outside quotes. The last row of the sample may be cut and is left out when others are there. */
function countsByRow(sample: string): Counts[] {
  const rows: Counts[] = [];
  let row = none();
  let isEmpty = true;
  let quoted = false;
  for (const char of sample) {
    if (char === '"') quoted = !quoted;
    if (!quoted && (char === '\n' || char === '\r')) {
      if (!isEmpty) rows.push(row);
      if (rows.length > ROWS) return rows;
      [row, isEmpty] = [none(), true];
      continue;
    }
    isEmpty = false;
    if (!quoted && isDelimiter(char)) row[char] += 1;
  }
  if (!isEmpty && rows.length === 0) rows.push(row);
  return rows;
}

const none = (): Counts => ({ ',': 0, ';': 0, '\t': 0, '|': 0 });
const isDelimiter = (char: string): char is Delimiter => (DELIMITERS as readonly string[]).includes(char);
