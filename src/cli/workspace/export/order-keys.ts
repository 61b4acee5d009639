/** The parts of a JSON Schema that say in which order fields are written. */
interface SchemaNode {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly items?: SchemaNode | readonly SchemaNode[];
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly allOf?: readonly SchemaNode[];
  readonly $defs?: Readonly<Record<string, SchemaNode>>;
}

/**
 * The same value with the fields of each object in the order its JSON Schema names them, others after them by code point.
 * The database forgets the order in which people wrote.
 */
export function orderKeys(value: unknown, schema: object): unknown {
  const root: SchemaNode = schema;
  const spread = (nodes: readonly SchemaNode[]): SchemaNode[] =>
    nodes.flatMap((node) => {
      const target = node.$ref === undefined ? [] : [resolve(root, node.$ref)];
      const inner = [...target, ...(node.anyOf ?? []), ...(node.oneOf ?? []), ...(node.allOf ?? [])];
      return [node, ...spread(inner)];
    });
  const order = (one: unknown, nodes: readonly SchemaNode[]): unknown => {
    if (typeof one !== 'object' || one === null) return one;
    const shapes = spread(nodes);
    if (Array.isArray(one)) {
      const items = shapes.flatMap((shape) => shape.items ?? []);
      return one.map((item: unknown) => order(item, items));
    }
    const named = shapes.flatMap((shape) => Object.keys(shape.properties ?? {}));
    const rank = (key: string): number => (named.includes(key) ? named.indexOf(key) : named.length);
    return Object.fromEntries(
      Object.entries(one)
        .sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1))
        .map(([key, inner]) => [
          key,
          order(
            inner,
            shapes.flatMap((shape) => childOf(shape, key)),
          ),
        ]),
    );
  };
  return order(value, [root]);
}

function childOf(shape: SchemaNode, key: string): SchemaNode[] {
  const own =
    shape.properties !== undefined && Object.hasOwn(shape.properties, key) ? shape.properties[key] : undefined;
  if (own !== undefined) return [own];
  return typeof shape.additionalProperties === 'object' ? [shape.additionalProperties] : [];
}

/** `#` or `#/$defs/<name>`, the two forms zod writes. */
function resolve(root: SchemaNode, ref: string): SchemaNode {
  return ref === '#' ? root : (root.$defs?.[ref.replace('#/$defs/', '')] ?? {});
}
