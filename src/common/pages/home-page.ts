import { escapeHtml } from '../escape-html.js';
import { pageLayout } from './page-layout.js';

export interface HomeLinks {
  readonly baseUrl: string;
  readonly temporalUiUrl: string | null;
  readonly mailboxUrl: string | null;
}

const item = (url: string, name: string, what: string): string =>
  `<li><a href="${escapeHtml(url)}">${escapeHtml(name)}</a><span>${escapeHtml(what)}</span></li>`;

const example = (lines: readonly string[]): string => `<pre><code>${escapeHtml(lines.join('\n'))}</code></pre>`;

/** `/`: the way to everything that can be looked at, and the first calls to make. */
export function homePage({ baseUrl, temporalUiUrl, mailboxUrl }: HomeLinks): string {
  const links = [
    item('/docs', 'API documentation', 'Every operation with its schemas; try them with a key'),
    item('/openapi.json', 'OpenAPI document', 'OpenAPI 3.1, generated from the code'),
    ...(temporalUiUrl === null
      ? []
      : [item(temporalUiUrl, 'Temporal UI', 'One workflow per lead: what it waits for, and until when')]),
    ...(mailboxUrl === null ? [] : [item(mailboxUrl, 'Mailbox', 'Every mail the local stack has caught')]),
    item('/readyz', 'Readiness', 'Whether the database and Temporal answer'),
  ];
  return pageLayout(
    'Baton',
    `<h1>Baton</h1>
<p class="lead">From the first sign of interest until sales owns the lead: every lead is one long-lived workflow.</p>
<ul class="links">
${links.join('\n')}
</ul>
<h2>First calls</h2>
<p>The keys stand in the local stack's <code>stack.json</code> under <code>keys</code>.</p>
${example([
  `curl -s ${baseUrl}/v1/leads -H "Authorization: Bearer $MARKETING_KEY"`,
  '',
  `curl -s ${baseUrl}/v1/leads -H "Authorization: Bearer $INTAKE_KEY" -H 'Content-Type: application/json' -d '{`,
  '  "email": "lena.hofer@example.com", "name": "Lena Hofer", "company": "Hofer Antriebe", "country": "CH",',
  '  "source": "form", "consent": { "basis": "consent", "at": "2026-01-15T09:00:00Z" } }\'',
  '',
  `curl -s ${baseUrl}/v1/engagements -H "Authorization: Bearer $INTAKE_KEY" -H 'Content-Type: application/json' -d '{`,
  '  "source": "website", "eventId": "visit-1", "lead": { "email": "lena.hofer@example.com" },',
  '  "kind": "page_view", "occurredAt": "2026-01-15T09:05:00Z", "properties": { "path": "/pricing" } }\'',
  '',
  `curl -s ${baseUrl}/v1/leads/$LEAD_ID/explain -H "Authorization: Bearer $MARKETING_KEY"`,
])}
`,
  );
}
