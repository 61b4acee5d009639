import type { LintProblem } from '../../lint-problem.js';
import { EVERYTHING_ELSE, isForKind } from './choose-checklist.js';
import { durationToMs, requireDuration } from '../../time/duration.js';
import { ANOTHER_TIME, type PrepPolicy } from './prep-policy.schema.js';

/** Problems of the checklists that their schema can not see. Kinds are not judged while nobody knows them. */
export function lintPrep(policy: PrepPolicy, handRaiseKinds: readonly string[] | undefined): LintProblem[] {
  const taken = new Map<string, string>();
  return [
    ...duplicates(policy, '', 'checklists'),
    ...policy.flatMap(({ items }, index) => duplicates(items, `${index}.items.`, 'items')),
    ...policy.flatMap(({ items }, index) => reserved(items, `${index}.items.`)),
    ...policy.flatMap(({ remind }, index) => reminders(remind, `${index}.remind.`)),
    ...policy.flatMap((checklist, index) =>
      (checklist.for ?? []).flatMap((kind, place): LintProblem[] => {
        const path = `${index}.for.${place}`;
        const other = taken.get(kind);
        taken.set(kind, checklist.key);
        if (handRaiseKinds !== undefined && !handRaiseKinds.includes(kind)) {
          const message = `${kind} is no kind of hand-raise`;
          return [
            { severity: 'error', path, code: 'unknown-kind', message, fix: `use one of ${handRaiseKinds.join(', ')}` },
          ];
        }
        if (other === undefined) return [];
        const message = `${other} is for ${kind} already, and comes first`;
        return [
          { severity: 'error', path, code: 'unused-checklist', message, fix: `take ${kind} out of one of the two` },
        ];
      }),
    ),
    ...policy.flatMap((checklist, index): LintProblem[] => {
      const { key, for: kinds } = checklist;
      if (kinds !== undefined || key === EVERYTHING_ELSE || handRaiseKinds === undefined) return [];
      if (handRaiseKinds.some((kind) => isForKind(checklist, kind))) return [];
      const message = `no kind of hand-raise begins with ${key.replaceAll('-', '_')}: nobody gets this checklist`;
      return [
        {
          severity: 'error',
          path: `${index}.key`,
          code: 'unused-checklist',
          message,
          fix: 'say with `for` whom it is for',
        },
      ];
    }),
  ];
}

function duplicates(rows: readonly { readonly key: string }[], prefix: string, what: string): LintProblem[] {
  return rows.flatMap(({ key }, index): LintProblem[] => {
    if (rows.findIndex((row) => row.key === key) === index) return [];
    const message = `two ${what} are called ${key}`;
    return [
      {
        severity: 'error',
        path: `${prefix}${index}.key`,
        code: 'duplicate-key',
        message,
        fix: 'call one of them something else',
      },
    ];
  });
}

function reserved(items: readonly { readonly key: string }[], prefix: string): LintProblem[] {
  return items.flatMap(({ key }, index): LintProblem[] => {
    if (key !== ANOTHER_TIME) return [];
    const message = `the page asks ${ANOTHER_TIME} by itself where a meeting has an hour`;
    const path = `${prefix}${index}.key`;
    return [{ severity: 'error', path, code: 'reserved-key', message, fix: 'call the item something else' }];
  });
}

/** As `planPrepMails` takes them: before the meeting, and each at an instant of its own. */
function reminders(remind: readonly string[], prefix: string): LintProblem[] {
  const lengths = remind.map((text) => durationToMs(requireDuration(text)));
  return lengths.flatMap((length, index): LintProblem[] => {
    const path = `${prefix}${index}`;
    if (length === 0) {
      const message = `${remind[index]} is no time before the meeting`;
      return [
        { severity: 'error', path, code: 'useless-reminder', message, fix: 'say how long before, for example P1D' },
      ];
    }
    const first = lengths.indexOf(length);
    if (first === index) return [];
    const message = `${remind[index]} is when ${remind[first]} is: there would be one mail only`;
    return [{ severity: 'error', path, code: 'useless-reminder', message, fix: 'take one of the two out' }];
  });
}
