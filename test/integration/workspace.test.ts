import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { loadWorkspace } from '../../src/cli/workspace/load-workspace.js';
import { createTestDatabase, type TestDatabase } from '../support/stack.js';
import { testConfig } from '../support/test-app.js';

const EXAMPLES = fileURLToPath(new URL('../../examples', import.meta.url));

let database: TestDatabase;
let client: pg.Client;
let scratch: string;

beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  scratch = mkdtempSync(join(tmpdir(), 'baton-workspace-'));
});

afterAll(async () => {
  rmSync(scratch, { recursive: true, force: true });
  await client.end();
  await database.drop();
});

const load = (folder: string) => loadWorkspace(testConfig(database.url), folder);

/** A copy of the example with one file changed. */
function changed(name: string, file: string, edit: (text: string) => string): string {
  const folder = join(scratch, name);
  cpSync(EXAMPLES, folder, { recursive: true });
  const path = join(folder, file);
  writeFileSync(path, edit(readFileSync(path, 'utf8')));
  return folder;
}

async function counts(): Promise<Record<string, number>> {
  const tables = ['leads', 'engagements', 'document_versions', 'documents', 'audit_entries', 'score_items', 'outbox'];
  const all: Record<string, number> = {};
  for (const table of tables) {
    const { rows } = await client.query<{ count: string }>(`select count(*) from ${table}`);
    all[table] = Number(rows[0]?.count);
  }
  return all;
}

describe('loading the example workspace', () => {
  it('publishes every document, signed by both sides, and takes every lead in', async () => {
    const loaded = await load(EXAMPLES);
    expect(loaded.leads).toBe(40);
    const kinds = await client.query<{ kind: string }>('select distinct kind from document_versions order by kind');
    expect(kinds.rows.map((row) => row.kind)).toEqual([
      'cadence',
      'definition',
      'frequency',
      'playbook',
      'prep',
      'recycle',
      'routing',
      'score_model',
      'sla',
      'template',
    ]);
    const signed = await client.query<{ side: string }>('select side from document_signatures order by side');
    expect(signed.rows.map((row) => row.side)).toEqual(['marketing', 'sales']);
    const ownerless = await client.query('select id from leads where marketing_person_id is null');
    expect(ownerless.rows).toEqual([]);
    const waiting = await client.query<{ count: string }>(
      `select count(distinct lead_id) from outbox where lane = 'new' and delivered_at is null`,
    );
    expect(Number(waiting.rows[0]?.count)).toBe(40);
  });

  it('gives the scores its README promises', async () => {
    const { rows } = await client.query<{ name: string; score: number; grade: string }>(
      'select name, score, grade from leads where name = any($1)',
      [['Stefan Aumüller', 'Franziska Ebner', 'Rachel Whitcomb', 'Henrik Solberg', 'Lwazi Khumalo', 'Nils Brandt']],
    );
    const of = (name: string) => rows.find((row) => row.name === name);
    for (const name of ['Stefan Aumüller', 'Franziska Ebner', 'Rachel Whitcomb', 'Lwazi Khumalo']) {
      expect(of(name)?.score).toBeGreaterThanOrEqual(60);
    }
    expect(of('Lwazi Khumalo')?.grade).toBe('D');
    expect(of('Henrik Solberg')?.score).toBeLessThan(60);
    expect(of('Nils Brandt')?.score).toBeLessThan(0);
  });

  it('changes nothing the second time', async () => {
    const before = await counts();
    expect(await load(EXAMPLES)).toEqual({ versions: 0, leads: 0, engagements: 0 });
    expect(await counts()).toEqual(before);
  });

  it('publishes one version more of what was edited', async () => {
    const folder = changed('edited', 'templates/welcome.yaml', (text) =>
      text.replace('Your vibration', 'Our vibration'),
    );
    expect((await load(folder)).versions).toBe(1);
  });
});

describe('a workspace that can not be loaded', () => {
  it('names file, place and problem', async () => {
    const unknown = changed('unknown', 'cadences/long-term.yaml', (text) =>
      text.replace('template: welcome', 'template: wellcome'),
    );
    await expect(load(unknown)).rejects.toThrow(
      /^cadences\/long-term\.yaml:\d+: steps\.1\.email\.template: there is no template wellcome/,
    );
    const extra = changed('extra', 'organisation.yaml', (text) =>
      text.replace('side: marketing', 'side: marketing\n    colour: red'),
    );
    await expect(load(extra)).rejects.toThrow(/^organisation\.yaml:\d+: teams\.0\.colour: /);
    const missing = changed('missing', 'templates/welcome.yaml', (text) => text.replace('welcome.html', 'gone.html'));
    await expect(load(missing)).rejects.toThrow('templates/welcome.yaml:3: html: there is no file templates/gone.html');
    const lead = changed('lead', 'leads.csv', (text) => text.replace(',CZ,', ',Czechia,'));
    await expect(load(lead)).rejects.toThrow(/^leads\.csv: line 2\.country: /);
    await expect(load(join(scratch, 'nowhere'))).rejects.toThrow('there is no such folder');
  });

  it('leaves a definition unpublished that the wrong people sign', async () => {
    const folder = changed('signed', 'definitions/default.signatures.yaml', (text) =>
      text.replace('amara-diallo', 'jonas-weidner'),
    );
    const edited = join(folder, 'definitions/default.yaml');
    writeFileSync(edited, readFileSync(edited, 'utf8').replace('rank: 10', 'rank: 11'));
    await expect(load(folder)).rejects.toThrow(
      'definitions/default.signatures.yaml:3: sales: jonas-weidner is no active approver',
    );
  });
});
