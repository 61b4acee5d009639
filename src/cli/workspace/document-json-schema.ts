import { z } from 'zod';
import { DOCUMENT_KIND_INFO } from '../../documents/document-kinds.js';

/** Names as the folders and addresses have them. */
const NAMES = {
  'score-model': 'score_model',
  definition: 'definition',
  cadence: 'cadence',
  template: 'template',
  sla: 'sla',
  recycle: 'recycle',
  frequency: 'frequency',
  routing: 'routing',
  prep: 'prep',
  playbook: 'playbook',
} as const;

/** JSON Schema (2020-12) of a kind of document, for editors. Throws for a kind there is not. */
export function documentJsonSchema(name: string): object {
  if (!isKind(name)) throw new Error(`there is no kind ${name}; the kinds are ${Object.keys(NAMES).join(', ')}`);
  const { schema } = DOCUMENT_KIND_INFO[NAMES[name]];
  return z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12', unrepresentable: 'any' });
}

const isKind = (name: string): name is keyof typeof NAMES => Object.hasOwn(NAMES, name);
