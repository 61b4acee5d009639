import { waitFor } from './stack.js';
import type { Answer, TestBaton } from './test-baton.js';

/** An import as the API answers it. */
export interface ImportAnswer {
  readonly id: string;
  readonly state: string;
  readonly dryRun: boolean;
  readonly encoding: string;
  readonly delimiter: string;
  readonly columns: readonly { readonly column: string; readonly field: string | null; readonly guessed: boolean }[];
  readonly rows: { readonly total: number; readonly done: number };
  readonly results: Readonly<Record<string, number>>;
}

const BOUNDARY = 'form-of-a-test';

/** A form as browsers send it. */
export function multipart(
  file: string | Buffer | readonly string[] | undefined,
  fields: Readonly<Record<string, string>>,
): Buffer {
  const parts: (string | Buffer)[] = Object.entries(fields).map(
    ([name, value]) => `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  for (const one of typeof file === 'object' && !Buffer.isBuffer(file) ? file : file === undefined ? [] : [file]) {
    const about = 'Content-Disposition: form-data; name="file"; filename="leads.csv"\r\nContent-Type: text/csv';
    parts.push(`--${BOUNDARY}\r\n${about}\r\n\r\n`, one, '\r\n');
  }
  return Buffer.concat([...parts, `--${BOUNDARY}--\r\n`].map((part) => Buffer.from(part)));
}

export const FORM_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

/** What every import of the tests says unless it says otherwise. */
export const CONSENT = { source: 'list', consentBasis: 'consent', consentAt: '2026-03-11' };

interface Sent {
  readonly fields?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `POST /v1/imports` with that file. */
export async function sendImport(
  baton: TestBaton,
  file: string | Buffer | readonly string[] | undefined,
  { fields = CONSENT, query = '', key = baton.keys.marketing, headers = {} }: Sent = {},
): Promise<Answer<{ import: ImportAnswer; errors?: { path: string; code: string }[]; detail?: string }>> {
  const response = await baton.app.inject({
    method: 'POST',
    url: `/v1/imports${query}`,
    headers: { 'content-type': FORM_TYPE, authorization: `Bearer ${key}`, ...headers },
    payload: multipart(file, fields),
  });
  return {
    ...{ status: response.statusCode, headers: response.headers, text: response.body },
    body: JSON.parse(response.body) as never,
  };
}

/** Waits until the import is over and answers it. */
export function overImport(baton: TestBaton, id: string, timeoutMs = 60_000): Promise<ImportAnswer> {
  return waitFor(
    async () => {
      const { body } = await baton.call<ImportAnswer>('GET', `/v1/imports/${id}`);
      return body.state === 'done' || body.state === 'stopped' ? body : undefined;
    },
    { what: `import ${id} is over`, timeoutMs },
  );
}

/** Sends the file and waits until every row is worked on. */
export async function importFile(baton: TestBaton, file: string | Buffer, sent: Sent = {}): Promise<ImportAnswer> {
  const answer = await sendImport(baton, file, sent);
  if (answer.status !== 202) throw new Error(`POST /v1/imports answered ${answer.status}: ${answer.text}`);
  return overImport(baton, answer.body.import.id);
}

/** The report's lines by the names of its header. Its cells have no line breaks. */
export async function reportOf(baton: TestBaton, id: string): Promise<Record<string, string>[]> {
  const { text, status } = await baton.call('GET', `/v1/imports/${id}/report`);
  if (status !== 200) throw new Error(`the report answered ${status}: ${text}`);
  const [header = [], ...lines] = text
    .split('\r\n')
    .filter((line) => line !== '')
    .map((line) => [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(([, cell = '']) => unquoted(cell)));
  return lines.map((cells) => Object.fromEntries(header.slice(0, -1).map((name, index) => [name, cells[index] ?? ''])));
}

const unquoted = (cell: string): string => (cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
