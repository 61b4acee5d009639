import { ownerOf } from '../../../domain/handoff/prep/prep-policy.schema.js';
import { prepProgress } from '../../../domain/handoff/prep/read-prep-form.js';
import type { PrepMailRow } from './prep.read-model.js';
import type { PrepAnswerBody } from './prep.schema.js';
import type { Prep } from './prep.service.js';

/** An allow-list: what is not named here does not leave. */
export function presentPrep({ checklist, answers }: Prep, mails: readonly PrepMailRow[]): PrepAnswerBody {
  return {
    checklist: checklist.key,
    ...prepProgress(checklist, answers),
    mails: mails.map(({ ordinal, state, reason, dueAt, claimedAt }) => ({
      ...{ ordinal, state, reason },
      ...{ dueAt: dueAt.toISOString(), claimedAt: claimedAt?.toISOString() ?? null },
    })),
    items: checklist.items.map((item) => {
      const answer = answers.find((one) => one.item === item.key);
      return {
        ...{ key: item.key, ask: item.ask, kind: item.kind, owner: ownerOf(item) },
        ...{ confirmed: answer?.confirmed ?? false, text: answer?.text ?? null },
        answeredAt: answer?.answeredAt.toISOString() ?? null,
      };
    }),
  };
}
