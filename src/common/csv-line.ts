/** What a spreadsheet takes for the beginning of a formula, in half and full width. */
const FORMULA = /^[=+\-@\t\r＝＋－＠]/;

/** A line of CSV (RFC 4180) that no spreadsheet runs: text that looks like a formula gets an apostrophe (promise A12). */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = FORMULA.test(value.trim()) || FORMULA.test(value) ? `'${value}` : value;
  return safe !== value || /[",;\r\n\t]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
