import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { applyForOperator } from '../../src/cli/workspace/apply/apply-for-operator.js';
import { diffForOperator } from '../../src/cli/workspace/apply/diff-for-operator.js';
import { exportWorkspace } from '../../src/cli/workspace/export/export-workspace.js';
import { lintWorkspace } from '../../src/cli/workspace/lint-workspace.js';
import { createTestDatabase, type TestDatabase } from '../support/stack.js';
import { testConfig } from '../support/test-app.js';

const EXAMPLES = fileURLToPath(new URL('../../examples', import.meta.url));
const TABLES = [
  ...['organisation', 'calendars', 'teams', 'people', 'reasons', 'campaigns', 'documents', 'document_versions'],
  ...['document_signatures', 'audit_entries', 'outbox'],
];

let database: TestDatabase;
let client: pg.Client;
let scratch: string;
let copies = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  scratch = mkdtempSync(join(tmpdir(), 'baton-commands-'));
  await apply(EXAMPLES);
});

afterAll(async () => {
  rmSync(scratch, { recursive: true, force: true });
  await client.end();
  await database.drop();
});

interface Request {
  readonly as?: string;
  readonly note?: string;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  /** Answers the question; by default nobody is asked. */
  readonly ask?: () => Promise<string>;
  readonly url?: string;
}

/** Runs `baton apply` and gives its lines. */
async function apply(folder: string, request: Request = {}): Promise<string[]> {
  const { url = database.url, yes = request.ask === undefined, dryRun = false, ask, ...rest } = request;
  const lines: string[] = [];
  const refuse = async () => Promise.reject(new Error('was asked'));
  await applyForOperator(testConfig(url), folder, { ...rest, yes, dryRun }, (line) => lines.push(line), ask ?? refuse);
  return lines;
}

const exported = async (url = database.url): Promise<string> => {
  const folder = join(scratch, `export-${(copies += 1)}`);
  await exportWorkspace(testConfig(url), folder, { replace: false });
  return folder;
};

/** A copy of a folder with one of its files changed. */
function edited(folder: string, file: string, from: string, to: string): string {
  const copy = join(scratch, `copy-${(copies += 1)}`);
  cpSync(folder, copy, { recursive: true });
  const path = join(copy, file);
  const text = readFileSync(path, 'utf8');
  if (!text.includes(from)) throw new Error(`${file} does not say ${from}`);
  writeFileSync(path, text.replace(from, to));
  return copy;
}

/** Every file of a folder with its bytes. */
function bytesOf(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    names
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [path.slice(folder.length + 1), readFileSync(path).toString('base64')]),
  );
}

/** Count and hash of every table that a workspace touches. */
async function everyRow(): Promise<Record<string, unknown>> {
  const all: Record<string, unknown> = {};
  for (const table of TABLES) {
    const { rows } = await client.query(
      `select count(*)::int as count, md5(string_agg(t::text, '|' order by t::text)) as hash from ${table} t`,
    );
    all[table] = rows[0];
  }
  return all;
}

const versionsOf = async (kind: string, key: string): Promise<number[]> => {
  const { rows } = await client.query<{ version: number }>(
    'select version from document_versions where kind = $1 and key = $2 order by version',
    [kind, key],
  );
  return rows.map(({ version }) => version);
};

const changeLines = (lines: readonly string[]): string[] =>
  lines.filter((line) => /^(create|change|draft|waits|left) /.test(line));

describe('baton export, apply, diff', () => {
  it('gives the same bytes after export, apply on an empty workspace, and export', async () => {
    const first = await exported();
    expect(lintWorkspace(first).filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(await diffForOperator(testConfig(database.url), first)).toEqual([]);
    const other = await createTestDatabase();
    try {
      await apply(first, { url: other.url });
      const second = await exported(other.url);
      expect(bytesOf(second)).toEqual(bytesOf(first));
      // Besides leads and scripts of rehearsals it has every file of the example, in the same places.
      const examples = Object.keys(bytesOf(EXAMPLES)).filter((name) => !/README|\.csv$|^rehearsals\//.test(name));
      expect(Object.keys(bytesOf(second))).toEqual(examples);
    } finally {
      await other.drop();
    }
  });

  it('finds the folder that was applied equal to the database, comments and all', async () => {
    expect(await diffForOperator(testConfig(database.url), EXAMPLES)).toEqual([]);
  });

  it('changes nothing the second time', async () => {
    const before = await everyRow();
    const lines = await apply(EXAMPLES);
    expect(changeLines(lines)).toEqual([]);
    expect(lines.at(-1)).toBe('applied: 0 changes, 0 versions published');
    expect(await everyRow()).toEqual(before);
  });

  it('refuses to write into a folder that has something in it, unless told to', async () => {
    const folder = await exported();
    writeFileSync(join(folder, 'cadences/own.yaml'), 'key: own');
    await expect(exportWorkspace(testConfig(database.url), folder, { replace: false })).rejects.toThrow('is not empty');
    const notes = await exportWorkspace(testConfig(database.url), folder, { replace: true });
    expect(notes).toContain('cadences/own.yaml: Baton has no such document; the file is left alone');
  });
});

describe('baton apply with a bad file', () => {
  it('names file, line and field of everything the lint finds, and changes nothing', async () => {
    const before = await everyRow();
    const bad = edited(
      edited(EXAMPLES, 'cadences/long-term.yaml', 'template: welcome', 'template: wellcome'),
      'organisation.yaml',
      'capacity: 8, weight: 2',
      'capacity: 9, weight: 2',
    );
    const [above = ''] = readFileSync(join(bad, 'cadences/long-term.yaml'), 'utf8').split('template: wellcome');
    const line = above.split('\n').length;
    await expect(apply(bad)).rejects.toThrow(
      `cadences/long-term.yaml:${line}: steps.1.email.template: there is no template wellcome (use one of `,
    );
    const broken = edited(EXAMPLES, 'policies/sla.yaml', 'within: PT4H', 'within: soon');
    await expect(apply(broken)).rejects.toThrow(/^policies\/sla\.yaml:3: accept\.within: write an ISO-8601 duration/);
    expect(await everyRow()).toEqual(before);
  });

  it('takes back what was written before the database refuses a row', async () => {
    const before = await everyRow();
    const first = edited(EXAMPLES, 'organisation.yaml', 'key: lena-hofer, name: Lena', 'key: lena-hofer, name: Helena');
    const bad = edited(
      first,
      'organisation.yaml',
      'roles: [accountable_owner],',
      'roles: [accountable_owner], active: false,',
    );
    await expect(apply(bad)).rejects.toThrow(
      /^organisation\.yaml:\d+: people\.0: Miriam Castell is the accountable owner/,
    );
    expect(await everyRow()).toEqual(before);
  });
});

describe('baton apply with an edit', () => {
  it('shows the field, and publishes exactly one version of the one document', async () => {
    const folder = edited(EXAMPLES, 'templates/welcome.yaml', 'Your vibration', 'Our vibration');
    const before = await everyRow();
    const shown = await apply(folder, { dryRun: true, yes: false });
    expect(changeLines(shown)).toEqual(['change    template welcome: version 2']);
    expect(shown.join('\n')).toMatch(/ {12}subject: "Your vibration.*" → "Our vibration/);
    expect(await everyRow()).toEqual(before);
    expect((await diffForOperator(testConfig(database.url), folder))[0]).toBe(
      'templates/welcome.yaml: template welcome',
    );
    const lines = await apply(folder);
    expect(lines.slice(-2)).toEqual(['template welcome: version 2', 'applied: 1 changes, 1 versions published']);
    const after = await everyRow();
    const moved = TABLES.filter((table) => JSON.stringify(after[table]) !== JSON.stringify(before[table]));
    expect(moved).toEqual(['documents', 'document_versions', 'audit_entries']);
    expect(await versionsOf('template', 'welcome')).toEqual([1, 2]);
    expect(changeLines(await apply(folder))).toEqual([]);
  });

  it('keeps translations in files beside the template, and the languages of campaigns and organisation', async () => {
    const language = 'language: en\n';
    const more = `${language}translations:\n  de: { subject: Guten Tag, html: hello.de.html }\n`;
    const translated = edited(await exported(), 'templates/hello.yaml', language, more);
    const folder = edited(
      translated,
      'organisation.yaml',
      'zone: Europe/Zurich',
      'zone: Europe/Zurich\n  language: fr',
    );
    await expect(apply(folder)).rejects.toThrow('there is no file templates/hello.de.html');
    writeFileSync(join(folder, 'templates/hello.de.html'), '<p>Guten Tag</p>\n');
    const said = 'the organisation writes in fr, and the template is not written in it';
    expect(lintWorkspace(folder).map(({ code, file, message }) => [code, file, message])).toEqual(
      ['budget-sheet', 'hello'].map((key) => ['missing-language', `templates/${key}.yaml`, said]),
    );
    const lines = changeLines(await apply(folder));
    expect(lines).toEqual(['change    organisation', 'change    template hello: version 2']);
    const again = await exported();
    expect(readFileSync(join(again, 'templates/hello.de.html'), 'utf8')).toBe('<p>Guten Tag</p>\n');
    expect(readFileSync(join(again, 'templates/hello.yaml'), 'utf8')).toContain('html: hello.de.html');
    expect(readFileSync(join(again, 'organisation.yaml'), 'utf8')).toContain('language: fr');
    expect(await diffForOperator(testConfig(database.url), again)).toEqual([]);
    const small = edited(again, 'templates/hello.de.html', 'Guten Tag', 'Grüezi');
    expect((await diffForOperator(testConfig(database.url), small)).join('\n')).toContain('translations.de.html');
  });

  it('asks first, and does nothing without a yes', async () => {
    const folder = edited(await exported(), 'organisation.yaml', 'label: Premature', 'label: Too early');
    const before = await everyRow();
    expect((await apply(folder, { ask: async () => 'n' })).at(-1)).toBe('nothing was changed');
    expect(await everyRow()).toEqual(before);
    await apply(folder, { ask: async () => 'y', as: 'yves-kessler', note: 'agreed in the weekly' });
    const { rows } = await client.query(
      `select a.action, a.subject_id, a.data, a.note, p.key from audit_entries a join people p on p.id = a.actor_id
        order by a.seq desc limit 1`,
    );
    expect(rows[0]).toEqual({
      ...{ action: 'reason.change', subject_id: 'premature', data: { fields: ['label'] } },
      ...{ note: 'agreed in the weekly', key: 'yves-kessler' },
    });
  });

  it('refuses a person there is not, with nothing changed', async () => {
    const folder = edited(EXAMPLES, 'templates/hello.yaml', 'language: en', 'language: de');
    const before = await everyRow();
    await expect(apply(folder, { as: 'nobody' })).rejects.toThrow('--as nobody: there is no active person');
    expect(await everyRow()).toEqual(before);
  });

  it('keeps who has left, over export and apply', async () => {
    const mia = 'key: mia-thornton\n';
    const folder = edited(await exported(), 'organisation.yaml', mia, `${mia}    active: false\n`);
    expect(changeLines(await apply(folder))).toEqual(['change    person mia-thornton']);
    const again = await exported();
    expect(readFileSync(join(again, 'organisation.yaml'), 'utf8')).toContain('active: false');
    expect(await diffForOperator(testConfig(database.url), again)).toEqual([]);
  });
});

describe('baton apply beside others', () => {
  it('lets one of two that were planned on the same state win, and refuses the other', async () => {
    const base = await exported();
    const one = edited(base, 'templates/case-story.yaml', 'language: en', 'language: de');
    const two = edited(base, 'templates/case-story.yaml', 'language: en', 'language: fr');
    let asked = 0;
    let release = (): void => undefined;
    const both = new Promise<void>((resolve) => {
      release = resolve;
    });
    // Both have seen their plan before either goes on.
    const ask = async (): Promise<string> => {
      asked += 1;
      if (asked === 2) release();
      await both;
      return 'y';
    };
    const done = await Promise.allSettled([apply(one, { ask }), apply(two, { ask })]);
    expect(done.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = done.find(({ status }) => status === 'rejected');
    expect(String(refused?.status === 'rejected' && refused.reason)).toContain(
      'somebody changed template case-story meanwhile; nothing was applied',
    );
    expect(await versionsOf('template', 'case-story')).toEqual([1, 2]);
  });

  it('refuses when a row of its plan was changed between plan and commit', async () => {
    const folder = edited(await exported(), 'organisation.yaml', 'label: Competitor', 'label: Another supplier');
    const ask = async (): Promise<string> => {
      await client.query(`update reasons set label = 'Rival' where code = 'competitor'`);
      return 'y';
    };
    await expect(apply(folder, { ask })).rejects.toThrow('somebody changed reason competitor meanwhile');
    const { rows } = await client.query(`select label from reasons where code = 'competitor'`);
    expect(rows).toEqual([{ label: 'Rival' }]);
  });
});

describe('baton apply with a signed definition', () => {
  it('leaves a draft where the signatures are of another text, until people sign', async () => {
    const before = await exported();
    const folder = edited(before, 'definitions/default.yaml', 'rank: 10', 'rank: 20');
    const lines = await apply(folder);
    expect(changeLines(lines)).toEqual([
      'draft     definition default: waits for the signature of marketing and of sales',
    ]);
    expect(lines.slice(-2)).toEqual(['definition default: draft stored', 'applied: 1 changes, 0 versions published']);
    expect(await versionsOf('definition', 'default')).toEqual([1]);
    const rows = await everyRow();
    expect(changeLines(await apply(folder))).toEqual([
      'waits     definition default: waits for the signature of marketing and of sales',
    ]);
    expect(await everyRow()).toEqual(rows);
    // What is in force is exported, and who signed it.
    const meanwhile = await exported();
    expect(bytesOf(meanwhile)['definitions/default.yaml']).toBe(bytesOf(before)['definitions/default.yaml']);
    const file = 'definitions/default.signatures.yaml';
    expect(bytesOf(meanwhile)[file]).toBe(bytesOf(before)[file]);
    writeFileSync(join(folder, file), 'marketing: tomas-ribeiro\nsales: amara-diallo\n');
    expect((await apply(folder)).at(-1)).toBe('applied: 1 changes, 1 versions published');
    expect(await versionsOf('definition', 'default')).toEqual([1, 2]);
    expect(await diffForOperator(testConfig(database.url), folder)).toEqual([]);
  });
});
