/** What marketing is asked for when mandatory fields keep a lead from being offered; `missing` as the definition names them. */
export function askForFields(missing: readonly string[]): string {
  const names = missing.map((field) => field.replace(/^profile\./, '').replaceAll('_', ' '));
  return `Add to the lead: ${names.join(', ')}. It is offered to sales by itself as soon as this is known.`;
}
