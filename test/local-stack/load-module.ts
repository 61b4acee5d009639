/**
 * The local stack is plain JavaScript that runs before anything is built; a test states the shape it relies on.
 *
 * @param name file in scripts/local-stack, without `.mjs`
 */
export async function loadModule<Shape>(name: string): Promise<Shape> {
  return (await import(`../../scripts/local-stack/${name}.mjs`)) as Shape;
}
