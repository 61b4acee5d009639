import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The files of the documentation page, as they come with the OpenAPI generator: nothing is loaded from elsewhere. */
const ASSETS: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
};

/** It styles itself in place and draws its icons from data URLs. */
export const DOCS_CSP =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export const DOCS_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Baton API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="api"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

export const DOCS_START = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#api', deepLinking: true, docExpansion: 'none' });
`;

const loaded = new Map<string, Promise<Buffer>>();

/** One asset with its type, or undefined when it is none of the page's. */
export async function docsAsset(name: string): Promise<{ type: string; content: Buffer } | undefined> {
  const type = Object.hasOwn(ASSETS, name) ? ASSETS[name] : undefined;
  if (type === undefined) return undefined;
  let content = loaded.get(name);
  if (content === undefined) {
    // The page's files are a dependency of the generator, not ours: they are looked up from there.
    const generator = createRequire(import.meta.url).resolve('@nestjs/swagger');
    const folder = dirname(createRequire(generator).resolve('swagger-ui-dist/package.json'));
    content = readFile(join(folder, name));
    loaded.set(name, content);
  }
  return { type, content: await content };
}
