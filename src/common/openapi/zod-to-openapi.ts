import { z } from 'zod';

type JsonObject = Record<string, unknown>;

export interface ConvertedSchema {
  readonly schema: unknown;
  readonly components: JsonObject;
}

const toJson = (schema: z.ZodType, io: 'input' | 'output'): JsonObject =>
  // A transform has no JSON Schema of its answer; `any` says so instead of failing the whole document.
  z.toJSONSchema(schema, { io, target: 'draft-2020-12', unrepresentable: 'any' });

/** Answers may gain members: what zod says about their strictness is no promise of ours. */
function withoutStrictness(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutStrictness);
  if (value === null || typeof value !== 'object') return value;
  const members = Object.entries(value).filter(([key, inner]) => key !== 'additionalProperties' || inner !== false);
  return Object.fromEntries(members.map(([key, inner]) => [key, withoutStrictness(inner)]));
}

/** Names of definitions in one converted schema → names of components in the document. */
function namesFor(defs: JsonObject, rootId: string | undefined, suffix: string, fallback: string): Map<string, string> {
  const names = new Map<string, string>();
  for (const key of Object.keys(defs)) {
    // zod numbers what has no id; such a number is only unique inside its own schema.
    const numbered = /^__schema(\d+)$/.exec(key)?.[1];
    names.set(key, numbered === undefined ? `${key}${suffix}` : `${rootId ?? fallback}Part${numbered}${suffix}`);
  }
  return names;
}

/**
 * One zod schema as OpenAPI 3.1 schema (JSON Schema 2020-12). Schemas with `.meta({ id })` become components; where what
 * is answered differs from what is sent (defaults, transforms), the answered one is called `<id>Answer`.
 */
export function zodToOpenapi(schema: z.ZodType, io: 'input' | 'output', fallbackName: string): ConvertedSchema {
  const sent = toJson(schema, 'input');
  const answered = withoutStrictness(toJson(schema, 'output'));
  const differs = io === 'output' && JSON.stringify(withoutStrictness(sent)) !== JSON.stringify(answered);
  const json = differs ? (answered as JsonObject) : sent;
  const suffix = differs ? 'Answer' : '';
  const { $schema: _draft, $defs, id, ...root } = json;
  const rootId = typeof id === 'string' ? id : undefined;
  const rootName = rootId === undefined ? undefined : `${rootId}${suffix}`;
  const defs = ($defs ?? {}) as JsonObject;
  const names = namesFor(defs, rootId, suffix, fallbackName);

  const rewrite = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(rewrite);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
        if (key === '$ref' && typeof inner === 'string') return [[key, target(inner)]];
        // The id is the component's name; as a keyword it would be a base address.
        if (key === 'id' && typeof inner === 'string' && names.has(inner)) return [];
        return [[key, rewrite(inner)]];
      }),
    );
  };
  const target = (ref: string): string => {
    if (ref === '#') return `#/components/schemas/${rootName ?? fallbackName}`;
    const name = names.get(ref.replace(/^#\/\$defs\//, ''));
    return name === undefined ? ref : `#/components/schemas/${name}`;
  };

  const components: JsonObject = {};
  for (const [key, definition] of Object.entries(defs)) components[names.get(key) ?? key] = rewrite(definition);
  const body = rewrite(root);
  const recursive = JSON.stringify(json).includes('"$ref":"#"');
  const own = rootName ?? (recursive ? fallbackName : undefined);
  if (own === undefined) return { schema: body, components };
  components[own] = body;
  return { schema: { $ref: `#/components/schemas/${own}` }, components };
}
