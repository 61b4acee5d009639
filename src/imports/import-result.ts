export const IMPORT_RESULTS = ['created', 'known', 'changed', 'refused', 'invalid'] as const;

/**
 * What became of a row: a new lead; a lead that was known, as it was or with fields filled that it did not have; a lead
 * that can not be taken in; a row that is no lead.
 */
export type ImportResult = (typeof IMPORT_RESULTS)[number];

export type ImportCounts = Readonly<Record<ImportResult, number>>;

export const NO_COUNTS: ImportCounts = { created: 0, known: 0, changed: 0, refused: 0, invalid: 0 };

/** One more of each result. */
export function addResults(counts: ImportCounts, results: readonly ImportResult[]): ImportCounts {
  const sum: Record<ImportResult, number> = { ...counts };
  for (const result of results) sum[result] += 1;
  return sum;
}
