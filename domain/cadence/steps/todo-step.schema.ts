import { z } from 'zod';
import { listValues, plainName } from '../../condition/describe-condition.js';
import { codeField, durationField, keyField, unknownKeyMessage } from '../../document-field.schema.js';
import { describeDuration, requireDuration } from '../../time/duration.js';
import { stepKind } from './step-kind.schema.js';

const args = z.strictObject(
  {
    do: z.string().trim().min(1).max(500),
    assignee: z.enum(['marketing', 'sales'], { error: '`assignee` is marketing or sales' }).default('marketing'),
    due: z.union([durationField, z.strictObject({ businessDays: z.int().min(1).max(366) })], {
      error: '`due` is a duration such as P2D or { businessDays: 1 }',
    }),
    dispositions: z
      .record(codeField, keyField, {
        error: (issue) => (issue.code === 'invalid_key' ? issue.issues[0]?.message : undefined),
      })
      .refine((named) => Object.keys(named).length > 0, { error: 'a todo needs at least one disposition' }),
    overdue: keyField,
  },
  { error: unknownKeyMessage('todo', ['do', 'assignee', 'due', 'dispositions', 'overdue']) },
);

/** A manual touch for a person with a due time; its disposition picks the branch. */
export const todoStep = stepKind({
  args,
  goesOn: false,
  describe: ({ do: what, assignee, due, dispositions }) => {
    const days = typeof due === 'string' ? 0 : due.businessDays;
    const within =
      typeof due === 'string' ? describeDuration(requireDuration(due)) : `${days} business day${days === 1 ? '' : 's'}`;
    return `To-do for ${assignee} within ${within}: “${what}” (${listValues(Object.keys(dispositions).map(plainName))})`;
  },
  targets: ({ dispositions, overdue }) => [
    ...Object.entries(dispositions).map(([code, step]) => [`dispositions.${code}`, step] as const),
    ['overdue', overdue],
  ],
  compile: ({ dispositions, overdue }) => ({ kind: 'todo', dispositions, overdue }),
  lint: () => [],
  // A person may answer at once, but not for ever.
  quickTargets: () => [],
});
