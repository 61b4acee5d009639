import { Document, isCollection, visit } from 'yaml';

/** What is shorter than this in JSON stands on one line. */
const ONE_LINE = 100;

/**
 * Canonical YAML: the same value gives the same bytes. A collection of at most 100 characters stands on one line, a
 * longer one has a line for each of its parts, so that a change of one part is a change of one line. Text that older
 * YAML would read as something else (`NO`, `09:00`) is quoted.
 */
export function renderYaml(value: Readonly<Record<string, unknown>> | readonly unknown[]): string {
  const document = new Document(value, { compat: 'yaml-1.1', aliasDuplicateObjects: false });
  visit(document, {
    Collection(_key, node, path) {
      const isRoot = path.length <= 1;
      if (isRoot || !isCollection(node) || JSON.stringify(node.toJSON()).length > ONE_LINE) return undefined;
      node.flow = true;
      return visit.SKIP;
    },
  });
  return document.toString({ lineWidth: 0 });
}
