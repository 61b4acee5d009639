import type { z } from 'zod';
import { type CadenceDocument, cadenceSchema } from '../../domain/cadence/cadence.schema.js';
import { type Playbook, playbookSchema } from '../../domain/handoff/playbook/playbook.schema.js';
import { type PrepPolicy, prepPolicySchema } from '../../domain/handoff/prep/prep-policy.schema.js';
import { type FrequencyPolicy, frequencyPolicySchema } from '../../domain/handoff/frequency-policy.schema.js';
import { type RecyclePolicy, recyclePolicySchema } from '../../domain/handoff/recycle-policy.schema.js';
import { type SlaPolicy, slaPolicySchema } from '../../domain/handoff/sla-policy.schema.js';
import { type RoutingDocument, routingSchema } from '../../domain/organisation/routing.schema.js';
import { type DefinitionDocument, definitionSchema } from '../../domain/qualification/definition.schema.js';
import type { ScoreModel } from '../../domain/scoring/score-model.js';
import { scoreModelSchema } from '../../domain/scoring/score-model.schema.js';
import { toFieldErrors } from '../common/field-errors.js';
import type { FieldError } from '../common/problem.js';
import type { DocumentKind } from './document.entity.js';
import { type TemplateDocument, templateSchema } from './template.schema.js';

/** What the body of a version is once it was read through the schema of its kind. */
export interface DocumentBodies {
  score_model: ScoreModel;
  definition: DefinitionDocument;
  cadence: CadenceDocument;
  template: TemplateDocument;
  sla: SlaPolicy;
  recycle: RecyclePolicy;
  frequency: FrequencyPolicy;
  routing: RoutingDocument;
  prep: PrepPolicy;
  playbook: Playbook;
}

interface DocumentKindInfo<K extends DocumentKind> {
  /** Names the schemas of its answers. */
  readonly title: string;
  readonly schema: z.ZodType<DocumentBodies[K]>;
  /** Whether the document carries its own `key`. */
  readonly keyed: boolean;
  /** Whether marketing and sales sign it before it is published. */
  readonly signed: boolean;
}

export const DOCUMENT_KIND_INFO: { readonly [K in DocumentKind]: DocumentKindInfo<K> } = {
  score_model: { title: 'ScoreModel', schema: scoreModelSchema, keyed: true, signed: false },
  definition: { title: 'Definition', schema: definitionSchema, keyed: true, signed: true },
  cadence: { title: 'Cadence', schema: cadenceSchema, keyed: true, signed: false },
  template: { title: 'Template', schema: templateSchema, keyed: true, signed: false },
  sla: { title: 'SlaPolicy', schema: slaPolicySchema, keyed: false, signed: false },
  recycle: { title: 'RecyclePolicy', schema: recyclePolicySchema, keyed: false, signed: false },
  frequency: { title: 'FrequencyPolicy', schema: frequencyPolicySchema, keyed: false, signed: false },
  routing: { title: 'Routing', schema: routingSchema, keyed: false, signed: false },
  prep: { title: 'PrepPolicy', schema: prepPolicySchema, keyed: false, signed: false },
  playbook: { title: 'Playbook', schema: playbookSchema, keyed: false, signed: false },
};

export type ParsedDocument<K extends DocumentKind> =
  | { readonly ok: true; readonly document: DocumentBodies[K]; readonly written: unknown }
  | { readonly ok: false; readonly errors: FieldError[] };

/**
 * Reads a document. `written` is what is stored: as people wrote it, with the key of its address, so that a later
 * version of the schema reads it with its own defaults.
 */
export function parseDocument<K extends DocumentKind>(kind: K, key: string, body: unknown): ParsedDocument<K> {
  const info = DOCUMENT_KIND_INFO[kind];
  const written = info.keyed && isPlainObject(body) ? { key, ...body } : body;
  const result = info.schema.safeParse(written);
  const errors = result.success ? [] : toFieldErrors(result.error.issues);
  if (info.keyed && isPlainObject(written) && written.key !== key) {
    errors.push({ path: 'key', code: 'other_key', message: `this address is for ${key}` });
  }
  if (!result.success || errors.length > 0) return { ok: false, errors };
  return { ok: true, document: result.data, written };
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
