/** A custody record as it is stored: only its beginning is known. */
interface CustodyStart {
  readonly sinceAt: Date;
  readonly cause?: string;
}

export type CustodyInterval<Row> = Row & { readonly sinceAt: Date; readonly untilAt: Date | null };

/**
 * Lays records, in the order in which they were written, end to end: each ends where the next begins, the last is still
 * open, unless the lead was erased. No gap and no overlap, even where one was learned late.
 */
export function layCustody<Row extends CustodyStart>(records: readonly Row[]): CustodyInterval<Row>[] {
  let since = Number.NEGATIVE_INFINITY;
  const starts = records.map((record) => {
    since = Math.max(since, record.sinceAt.getTime());
    return since;
  });
  return records.flatMap((record, index) => {
    if (record.cause === 'erased') return [];
    const until = starts[index + 1];
    return [
      { ...record, sinceAt: new Date(starts[index] ?? 0), untilAt: until === undefined ? null : new Date(until) },
    ];
  });
}
