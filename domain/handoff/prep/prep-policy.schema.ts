import { z } from 'zod';
import { codeField, durationField, keyField, unknownKeyMessage } from '../../document-field.schema.js';

/** What an item asks for: a tick, or whether something stands in the way, in the lead's own words. */
const PREP_ITEM_KINDS = ['confirm', 'obstacle'] as const;
/** Who has to see to an item. */
const PREP_OWNERS = ['lead', 'rep'] as const;

const prepItemSchema = z.strictObject(
  {
    key: keyField,
    ask: z.string().trim().min(1).max(200).describe('what the lead reads beside the box'),
    hint: z.string().trim().min(1).max(300).optional().describe('the small line below it: place, hours, payment'),
    kind: z.enum(PREP_ITEM_KINDS, { error: `an item is of kind ${PREP_ITEM_KINDS.join(' or ')}` }),
    owner: z
      .enum(PREP_OWNERS, { error: `the owner of an item is ${PREP_OWNERS.join(' or ')}` })
      .optional()
      .describe('who has to see to it; left out: the lead to a confirmation, the rep to an obstacle'),
  },
  { error: unknownKeyMessage('an item', ['key', 'ask', 'hint', 'kind', 'owner']) },
);

const prepChecklistSchema = z
  .strictObject(
    {
      key: keyField,
      for: z.array(codeField).min(1).max(20).optional().describe('kinds of hand-raise; left out, the key says it'),
      items: z.array(prepItemSchema).min(1).max(20),
      remind: z.array(durationField).max(5).default([]).describe('how long before the meeting'),
    },
    { error: unknownKeyMessage('a checklist', ['key', 'for', 'items', 'remind']) },
  )
  .meta({ id: 'PrepChecklist' });

/** Key of the question whether another time suits better, which the page asks by itself where a meeting has an hour. */
export const ANOTHER_TIME = 'another-time';

/** documents.md: prep. What the lead brings to the first meeting, by type of handoff (`chooseChecklist`). */
export const prepPolicySchema = z.array(prepChecklistSchema).max(50).meta({ id: 'PrepPolicy' });

export type PrepPolicy = z.infer<typeof prepPolicySchema>;
export type PrepChecklist = z.infer<typeof prepChecklistSchema>;
export type PrepItem = z.infer<typeof prepItemSchema>;

/** Who has to see to an item, where nothing is written too. */
export const ownerOf = ({ kind, owner }: PrepItem): 'lead' | 'rep' => owner ?? (kind === 'obstacle' ? 'rep' : 'lead');
