import { escapeHtml } from '../escape-html.js';

const STYLE = `
:root { color-scheme: light dark; --line: #d7dbe0; --soft: #5c6670; --accent: #0b6e5f; }
@media (prefers-color-scheme: dark) { :root { --line: #3a4149; --soft: #9aa4ae; --accent: #5fc7b4; } }
* { box-sizing: border-box; }
body { font: 16px/1.55 system-ui, sans-serif; max-width: 46rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
h1 { font-size: 1.7rem; margin: 0 0 .25rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
p.lead { color: var(--soft); margin-top: 0; }
a { color: var(--accent); }
ul.links { list-style: none; padding: 0; display: grid; gap: .75rem; }
ul.links li { border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem; }
ul.links a { font-weight: 600; } ul.links span { display: block; color: var(--soft); font-size: .92rem; }
pre { border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem; overflow-x: auto; font-size: .85rem; }
`;

/** Own pages carry their style inside: nothing is loaded from elsewhere. */
export const PAGE_CSP =
  "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** A complete HTML page. `body` is HTML: its values are escaped by who makes it. */
export const pageLayout = (title: string, body: string): string =>
  `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
${body}
</body>
</html>
`;
