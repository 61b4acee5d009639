import type { z } from 'zod';
import type { InsightView, NamedPerson, NoteView } from './lead-words.read-model.js';
import type { addedNoteSchema, insightAnswerSchema } from './lead-words.schema.js';

type AddedNote = z.output<typeof addedNoteSchema>;

const named = ({ id, key, name }: NamedPerson): NamedPerson => ({ id, key, name });

export const presentNote = ({ id, text, at, by, mentions }: NoteView): Omit<AddedNote, 'untold'> => ({
  ...{ id, text, at: at.toISOString(), by: by && named(by) },
  mentions: mentions.map(named),
});

export const presentInsight = ({ id, seq, kind, text, at, by }: InsightView): z.output<typeof insightAnswerSchema> => ({
  ...{ id, seq, kind, text, at: at.toISOString() },
  by: by && named(by),
});
