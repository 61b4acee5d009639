import { z } from 'zod';
import { INSIGHT_KINDS } from '../../domain/lead/insight-kinds.js';
import { insightKindField } from '../common/insight-kind.schema.js';
import { pageQuery, pageSchema } from '../common/pagination.js';

const words = (max: number, about: string) =>
  z
    .string({ error: `Write ${about}` })
    .trim()
    .min(1, { error: `Write ${about}` })
    .max(max);

const person = z.object({ id: z.uuid(), key: z.string(), name: z.string() });
const instant = z.iso.datetime();

export const addNoteSchema = z
  .strictObject({
    text: words(2_000, 'the note').describe('`@` and the key of a person tells that person by mail'),
  })
  .meta({ id: 'AddNote' });

export const addInsightSchema = z
  .strictObject({ kind: insightKindField, text: words(1_000, 'what was learned') })
  .meta({ id: 'AddInsight' });

export const listNotesSchema = z.strictObject(pageQuery);
export const listInsightsSchema = z.strictObject({ ...pageQuery, kind: z.enum(INSIGHT_KINDS).optional() });

const noteAnswerSchema = z
  .object({
    id: z.uuid(),
    text: z.string(),
    at: instant,
    by: person.nullable().describe('Null: Baton itself'),
    mentions: z.array(person).describe('Who is told of it by mail'),
  })
  .meta({ id: 'Note' });

export const notePageSchema = pageSchema(noteAnswerSchema).meta({ id: 'NotePage' });

export const addedNoteSchema = noteAnswerSchema
  .extend({
    untold: z
      .array(z.object({ key: z.string(), why: z.enum(['unknown_person', 'not_of_this_lead']) }))
      .describe('Mentioned, and told nothing: there is no such active person, or the lead is not theirs to see'),
  })
  .meta({ id: 'AddedNote' });

export const insightAnswerSchema = z
  .object({
    id: z.uuid(),
    seq: z.int().nullable().describe('Its place among the facts of the lead'),
    kind: z.string(),
    text: z.string(),
    at: instant,
    by: person.nullable(),
  })
  .meta({ id: 'Insight' });

export const insightPageSchema = pageSchema(insightAnswerSchema).meta({ id: 'InsightPage' });
