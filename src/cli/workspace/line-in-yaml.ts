import { isCollection, isMap, isNode, isPair, LineCounter, type Node, parseDocument } from 'yaml';

/**
 * The line, from 1, on which `path` (keys and indexes joined by dots) stands in a YAML or JSON text; of a path that is
 * not written there, the line of the part that is.
 */
export function lineInYaml(text: string, path: string): number {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  let node: unknown = document.contents;
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  for (const part of path === '' ? [] : path.split('.')) {
    const next = stepInto(node, part);
    if (next === undefined) break;
    offset = next.offset;
    node = next.node;
  }
  return lines.linePos(offset).line;
}

function stepInto(node: unknown, part: string): { node: Node | null; offset: number } | undefined {
  if (!isCollection(node)) return undefined;
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => String(isNode(key) ? key.toJSON() : key) === part);
    if (!isPair(pair) || !isNode(pair.key)) return undefined;
    return { node: isNode(pair.value) ? pair.value : null, offset: pair.key.range?.[0] ?? 0 };
  }
  const item: unknown = node.items[Number(part)];
  return isNode(item) ? { node: item, offset: item.range?.[0] ?? 0 } : undefined;
}
