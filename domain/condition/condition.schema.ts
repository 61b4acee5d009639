import { z } from 'zod';
import { durationField } from '../document-field.schema.js';
import { CONDITION_OPERATORS, type Condition, MAX_CONDITION_DEPTH, MAX_CONDITION_NODES } from './condition.js';

const scalar = z.union([z.string().max(500), z.number(), z.boolean()], {
  error: 'a value is a text, a number, or true or false',
});

/** `{ <property>: value or { prefix } }`. */
export const engagementFilterSchema = z
  .record(
    z.string().min(1).max(80),
    z.union([scalar, z.strictObject({ prefix: z.string().min(1).max(500) })], {
      error: 'write a value or { prefix: text }',
    }),
  )
  .meta({ id: 'EngagementFilter' });

const FIELD = new RegExp(
  '^(grade|score|tag|source|campaign|country|language|hand_raise|handoffs\\.(count|last_reason)' +
    '|profile\\.[A-Za-z][A-Za-z0-9_]*|engagement\\.[a-z][a-z0-9_]*|insight\\.[a-z][a-z0-9_]*)$',
);

const WITHOUT_VALUE: readonly string[] = ['exists', 'missing'];
const WITH_LIST: readonly string[] = ['in', 'not_in'];
const FORMS = '{ all: [..] }, { any: [..] }, { not: .. } or { field, op, value }';

const conditionNode = z
  .strictObject(
    {
      get all(): z.ZodOptional<z.ZodArray<z.ZodType<Condition, Condition>>> {
        return z.array(nested).min(1, { error: '`all` needs at least one condition' }).optional();
      },
      get any(): z.ZodOptional<z.ZodArray<z.ZodType<Condition, Condition>>> {
        return z.array(nested).min(1, { error: '`any` needs at least one condition' }).optional();
      },
      get not(): z.ZodOptional<z.ZodType<Condition, Condition>> {
        return nested.optional();
      },
      field: z
        .string()
        .regex(FIELD, {
          error:
            'unknown field; use grade, score, tag, source, campaign, country, language, hand_raise, profile.<name>, ' +
            'engagement.<kind>, insight.<kind>, handoffs.count or handoffs.last_reason',
        })
        .optional(),
      op: z.enum(CONDITION_OPERATORS, { error: `the operator is one of ${CONDITION_OPERATORS.join(' ')}` }).optional(),
      value: z.union([scalar, z.array(scalar).min(1).max(500)], { error: 'write a value or a list' }).optional(),
      where: engagementFilterSchema.optional(),
      within: durationField.optional(),
    },
    { error: (issue) => (issue.code === 'invalid_type' ? `a condition is ${FORMS}` : undefined) },
  )
  .superRefine((node, ctx) => {
    const say = (path: string[], message: string) => ctx.addIssue({ code: 'custom', path, message, input: node });
    const branches = (['all', 'any', 'not'] as const).filter((key) => node[key] !== undefined);
    const atomKeys = (['field', 'op', 'value', 'where', 'within'] as const).filter((key) => node[key] !== undefined);
    if (branches.length > 1 || (branches.length === 1 && atomKeys.length > 0)) {
      say([], `a condition is one of ${FORMS}, not ${[...branches, ...atomKeys].join(' and ')} together`);
      return;
    }
    if (branches.length === 1) return;
    if (node.field === undefined || node.op === undefined) {
      say([], `a condition is ${FORMS}; ${node.field === undefined ? 'field' : 'op'} is missing`);
      return;
    }
    if (WITHOUT_VALUE.includes(node.op)) {
      if (node.value !== undefined) say(['value'], `${node.op} takes no value; leave it out`);
    } else if (node.value === undefined) {
      say(['value'], `${node.op} needs a value`);
    } else if (WITH_LIST.includes(node.op) !== Array.isArray(node.value)) {
      say(
        ['value'],
        WITH_LIST.includes(node.op)
          ? `${node.op} takes a list, for example [DE, AT]`
          : `${node.op} takes one value; use in for a list`,
      );
    }
    if (node.field.startsWith('engagement.')) return;
    if (node.where !== undefined) say(['where'], '`where` belongs to engagement.<kind> only');
    if (node.within !== undefined) say(['within'], '`within` belongs to engagement.<kind> only');
  })
  .meta({ id: 'Condition' });

// The object with optional keys gives better messages than a union; the refinement makes it one of the four forms.
const nested = conditionNode as unknown as z.ZodType<Condition, Condition>;

/** A condition from outside: one of the four forms, at most 200 nodes and 12 levels, judged before it is read. */
export const conditionSchema: z.ZodType<Condition, Condition> = z.preprocess((raw, ctx) => {
  const size = measure(raw);
  if (size === undefined) {
    ctx.addIssue({
      code: 'custom',
      input: undefined,
      message: `a condition has at most ${MAX_CONDITION_NODES} nodes and ${MAX_CONDITION_DEPTH} levels; split it`,
    });
    return z.NEVER;
  }
  return raw;
}, nested) as unknown as z.ZodType<Condition, Condition>;

/** Nodes of an unread tree, undefined when it is over the limits; stops at the limits, whatever comes in. */
function measure(raw: unknown): number | undefined {
  let nodes = 0;
  let level: unknown[] = [raw];
  for (let depth = 1; level.length > 0; depth += 1) {
    nodes += level.length;
    if (depth > MAX_CONDITION_DEPTH || nodes > MAX_CONDITION_NODES) return undefined;
    level = level.flatMap(childrenOf);
  }
  return nodes;
}

function childrenOf(raw: unknown): readonly unknown[] {
  if (typeof raw !== 'object' || raw === null) return [];
  const { all, any, not } = raw as Record<string, unknown>;
  return [...listOf(all), ...listOf(any), ...(not === undefined ? [] : [not])];
}

function listOf(raw: unknown): readonly unknown[] {
  return Array.isArray(raw) ? (raw as unknown[]) : [];
}
