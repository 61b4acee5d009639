import type { ConditionFacts } from '../condition/condition-facts.js';
import { readField } from '../condition/read-field.js';
import type { DefinitionDocument } from './definition.schema.js';

const PLAIN_FIELDS: readonly string[] = ['country', 'language', 'source', 'campaign'];

/** Field of conditions that a mandatory field names: `company` is `profile.company`. */
export function mandatoryField(name: string): string {
  return PLAIN_FIELDS.includes(name) || name.startsWith('profile.') ? name : `profile.${name}`;
}

/** Mandatory fields the lead's packet still lacks, as the definition names them and in its order. */
export function missingMandatory(definition: Pick<DefinitionDocument, 'mandatory'>, facts: ConditionFacts): string[] {
  return definition.mandatory.filter((name) => (readField(mandatoryField(name), facts) ?? []).length === 0);
}
