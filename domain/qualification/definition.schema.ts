import { z } from 'zod';
import { conditionSchema } from '../condition/condition.schema.js';
import { keyField, localDateTimeField, unknownKeyMessage } from '../document-field.schema.js';

const ruleSchema = z
  .strictObject({ id: keyField, when: conditionSchema }, { error: unknownKeyMessage('a rule', ['id', 'when']) })
  .meta({ id: 'QualificationRule' });

/** documents.md: Qualification definition. Signatures are no part of it; `effectiveFrom` is in the organisation's zone. */
export const definitionSchema = z
  .strictObject(
    {
      key: keyField,
      segment: conditionSchema.optional(),
      rank: z.int().min(0).max(100_000),
      mandatory: z
        .array(
          z.string().regex(/^(profile\.)?[A-Za-z][A-Za-z0-9_]*$/, {
            error: 'a mandatory field is email, name, company, title, phone, country, language or profile.<name>',
          }),
        )
        .max(50)
        .default([]),
      rules: z.array(ruleSchema).min(1, { error: 'a definition needs at least one rule' }).max(50),
      effectiveFrom: localDateTimeField.optional(),
    },
    { error: unknownKeyMessage('a definition', ['key', 'segment', 'rank', 'mandatory', 'rules', 'effectiveFrom']) },
  )
  .meta({ id: 'DefinitionDocument' });

export type DefinitionDocument = z.infer<typeof definitionSchema>;
