import type { Difference } from './diff-values.js';
import type { PlanEntry } from './plan-workspace.js';

const LONGEST = 80;

/** What applying would do, a line for each entry and each field that changes; what stays as it is counts as one line. */
export function describePlan(plan: readonly PlanEntry[]): string[] {
  const shown = plan.filter(({ change, note }) => change !== 'unchanged' || note !== '');
  const unchanged = plan.length - shown.length;
  return [
    ...shown.flatMap(({ change, what, note, differences }) => [
      `${change.padEnd(9)} ${what}${note === '' ? '' : `: ${note}`}`,
      ...differences.map((one) => `            ${describeDifference(one)}`),
    ]),
    `${unchanged} unchanged`,
  ];
}

/** What differs between the folder (+) and Baton (-), by file and field. */
export function describeDifferences(plan: readonly PlanEntry[]): string[] {
  return plan.flatMap(({ change, what, file, note, differences }) => {
    if (change === 'unchanged') return note === '' ? [] : [`${file}: ${what}: ${note}`];
    if (change === 'create') return [`${file}: ${what}: only in the folder`];
    if (change === 'left') return [`${file}: ${what}: only in Baton`];
    const more = change === 'change' ? '' : `: ${note}`;
    return [`${file}: ${what}${more}`, ...differences.map((one) => `  ${describeDifference(one)}`)];
  });
}

/** `steps.guide.wait: "P2D" → "P3D"`; a whole document has no path. */
function describeDifference({ path, before, after }: Difference): string {
  const at = path === '' ? '' : `${path}: `;
  if (before === undefined) return `${at}new: ${short(after)}`;
  if (after === undefined) return `${at}gone: ${short(before)}`;
  return `${at}${short(before)} → ${short(after)}`;
}

function short(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}
