import { z } from 'zod';
import { codeField } from '../../domain/document-field.schema.js';
import { noteField } from '../common/note.schema.js';
import { pageQuery, pageSchema } from '../common/pagination.js';
import { TODO_STATES } from './todo.entity.js';

const instant = z.iso.datetime();
const person = z.object({ id: z.uuid(), name: z.string() });

export const listTodosSchema = z.strictObject({
  ...pageQuery,
  state: z.enum(TODO_STATES).default('open'),
  assignee: z
    .union([z.enum(['me', 'all']), z.uuid()], { error: 'Write me, all or the id of a person' })
    .default('me')
    .describe('whose to-dos: your own unless you say so'),
  leadId: z.uuid().optional(),
});

export const doneTodoSchema = z.strictObject({
  disposition: codeField.describe('one of the dispositions of the to-do; it picks the way on'),
  note: noteField,
});

export const todoAnswerSchema = z
  .object({
    id: z.uuid(),
    lead: z.object({ id: z.uuid(), name: z.string().nullable(), company: z.string().nullable() }),
    kind: z.enum(['step', 'missing_fields']),
    cadence: z.string().nullable().describe('Null unless a step asks for it'),
    step: z.string().nullable(),
    handoffNo: z.int().nullable().describe('Of a handoff that waits for fields'),
    missing: z.array(z.string()).describe('Fields to add to the lead; the to-do ends by itself when they are there'),
    text: z.string(),
    dispositions: z.array(z.string()),
    state: z.enum(TODO_STATES),
    person,
    createdAt: instant,
    dueAt: instant.nullable(),
    endedAt: instant.nullable(),
    disposition: z.string().nullable(),
    doneBy: person.nullable(),
  })
  .meta({ id: 'Todo' });
export type TodoAnswer = z.output<typeof todoAnswerSchema>;

export const todoPageSchema = pageSchema(todoAnswerSchema).meta({ id: 'TodoPage' });
