import { stackFilePath } from './stack-file.mjs';

/**
 * @param {import('./stack-file.mjs').StackFile} stack
 * @param {{ home: string, took: string, empty: boolean }} options
 * @returns {string} what a visitor reads when everything answers
 */
export function describeStack(stack, { home, took, empty }) {
  const workflows = stack.temporalUi === null ? null : `${stack.temporalUi}/namespaces/${stack.namespace}/workflows`;
  /** @type {[string, string | null][]} */
  const places = [
    ['Start page', `${stack.api}/`],
    ['API', `${stack.api}/docs`],
    ['Temporal UI', workflows],
    ['Mailbox', `${stack.mailbox}/`],
    ['SMTP', stack.smtp],
    ['Temporal', `${stack.temporalAddress}, namespace ${stack.namespace}`],
    ['PostgreSQL', stack.databaseUrl],
    ['For programs', `${stackFilePath(home)} (these addresses and the API keys)`],
    ['Logs', `${home}/logs/`],
  ];
  const next = [
    'Mailbox: within about a minute the first mails arrive. Open an offer to a sales person and accept or reject it.',
    workflows === null
      ? []
      : 'Temporal UI: every lead is one workflow; open one, its tab User Metadata says where it stands and what comes next.',
    'API: every operation, to be tried with a key from stack.json ("Authorization: Bearer …").',
  ].flat();
  return [
    '',
    `Baton is ready (${took}).`,
    '',
    ...places.flatMap(([name, value]) => (value === null ? [] : `  ${name.padEnd(14)} ${value}`)),
    '',
    ...(empty ? [] : ['What to look at next:', ...next.map((line, index) => `  ${index + 1}. ${line}`), '']),
    'Ctrl-C stops everything; starting again continues with the same leads.',
  ].join('\n');
}
