import type { LintProblem } from '../../lint-problem.js';
import type { Playbook } from './playbook.schema.js';

/** Problems of a playbook that its schema can not see. */
export function lintPlaybook({ dispositions, again }: Playbook): LintProblem[] {
  const unknown = again.flatMap((code, index): LintProblem[] => {
    if (dispositions.includes(code)) return [];
    const message = `after ${code} another try would be due, but it is none of the dispositions`;
    const fix = `add it to the dispositions, or write in \`again\` one of ${dispositions.join(', ')}`;
    return [{ severity: 'error', path: `again.${index}`, code: 'unknown-disposition', message, fix }];
  });
  if (unknown.length > 0 || dispositions.some((code) => !again.includes(code))) return unknown;
  const message = 'after every disposition another try is due: no lead is ever reached';
  return [
    {
      severity: 'error',
      path: 'again',
      code: 'never-reached',
      message,
      fix: 'take out those that mean that the lead was reached',
    },
  ];
}
