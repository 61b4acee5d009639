import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { DocumentsService } from '../../src/documents/documents.service.js';
import { cadence, definition, frequencyPolicy, scoreModel, template } from '../factories/documents.factory.js';
import { createOrganisation, type TestOrganisation } from '../factories/organisation.factory.js';
import { keyOf, startRecordApp } from '../factories/record-app.js';
import { createTestDatabase, type TestDatabase } from '../support/stack.js';
import type { TestApp } from '../support/test-app.js';

let database: TestDatabase;
let app: TestApp;
let people: TestOrganisation;
let marketing: string;
let sales: string;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await startRecordApp(database.url);
  people = await createOrganisation(app.app);
  marketing = await keyOf(app, people.tomas.id, 'marketing');
  sales = await keyOf(app, people.amara.id, 'sales');
});

afterAll(async () => {
  await app.close();
  await database.drop();
});

const put = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  app.call('PUT', `/v1/${path}/draft`, { key: marketing, body, headers });
const post = (path: string, body: unknown = {}, key = marketing) => app.call('POST', `/v1/${path}`, { key, body });
const get = (path: string) => app.call('GET', `/v1/${path}`, { key: marketing });

interface ProblemAnswer {
  readonly detail: string;
  readonly errors: { path: string; code: string; message: string }[];
}

describe('a draft', () => {
  it('comes back as it was written, with an ETag', async () => {
    const saved = await put('templates/handbook', template());
    expect(saved.status).toBe(200);
    const read = await get('templates/handbook/draft');
    expect(read.headers.etag).toBe(saved.headers.etag);
    expect(read.json().document).toEqual({ key: 'handbook', ...template() });
  });

  it('is not overwritten by who read an older one', async () => {
    const first = String((await put('templates/race', template())).headers.etag);
    const mine = await put('templates/race', template({ subject: 'Mine' }), { 'if-match': first });
    expect(mine.status).toBe(200);
    const theirs = await put('templates/race', template({ subject: 'Theirs' }), { 'if-match': first });
    expect(theirs.status).toBe(412);
    expect(theirs.headers.etag).toBe(mine.headers.etag);
    expect((await get('templates/race/draft')).json().document).toMatchObject({ subject: 'Mine' });
  });

  it('keeps its ETag when nothing changes, and never gets an old one back', async () => {
    const one = (await put('templates/back', template())).headers.etag;
    expect((await put('templates/back', template())).headers.etag).toBe(one);
    await put('templates/back', template({ subject: 'Other' }));
    expect((await put('templates/back', template())).headers.etag).not.toBe(one);
  });

  it('is refused with all its unknown and invalid fields at once', async () => {
    const answer = await put(
      'cadences/wrong',
      cadence({ colour: 'red', spread: '2 days', steps: [{ id: 'A', exit: 'x' }] }),
    );
    expect(answer.status).toBe(422);
    const paths = answer.json<ProblemAnswer>().errors.map((error) => error.path);
    expect(paths).toEqual(expect.arrayContaining(['colour', 'spread', 'steps.0.id']));
  });

  it('belongs to the key of its address', async () => {
    const answer = await put('templates/mine', template({ key: 'yours' }));
    expect(answer.status).toBe(422);
    expect(answer.json<ProblemAnswer>().errors).toEqual([
      { path: 'key', code: 'other_key', message: 'this address is for mine' },
    ]);
  });

  it('may be sent as YAML', async () => {
    const headers = { 'content-type': 'application/yaml' };
    const url = '/v1/templates/as-yaml/draft';
    const answer = await app.call('PUT', url, { key: marketing, payload: stringify(template()), headers });
    expect(answer.status).toBe(200);
    expect((await get('templates/as-yaml/draft')).json().document).toMatchObject({ subject: template().subject });
    const broken = await app.call('PUT', url, { key: marketing, payload: 'subject: [', headers });
    expect(broken.status).toBe(400);
    const polluting = await app.call('PUT', url, { key: marketing, payload: '__proto__: { a: 1 }', headers });
    expect(polluting.status).toBe(400);
  });

  it('is not there before somebody wrote it', async () => {
    expect((await get('cadences/nobody/draft')).status).toBe(404);
    expect((await get('cadences/Not-A-Key')).status).toBe(404);
    expect((await post('cadences/nobody/publish')).status).toBe(404);
    expect((await post('cadences/nobody/lint')).status).toBe(404);
  });

  it('may be written by marketing alone', async () => {
    const body = template();
    expect((await app.call('PUT', '/v1/templates/x/draft', { key: sales, body })).status).toBe(403);
    expect((await app.call('PUT', '/v1/templates/x/draft', { body })).status).toBe(401);
  });
});

describe('publishing', () => {
  it('refuses what the lint finds, and says where', async () => {
    await put('cadences/dangling', cadence({ steps: [{ id: 'hello', email: { template: 'no-such' } }] }));
    const lint = await post('cadences/dangling/lint');
    expect(lint.json<{ lint: { path: string; code: string }[] }>().lint).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ path: 'steps.0.email.template', code: 'unknown-template', severity: 'error' }),
      ]),
    );
    const refused = await post('cadences/dangling/publish');
    expect(refused.status).toBe(422);
    expect(refused.json<ProblemAnswer>().errors.map((error) => error.path)).toContain('steps.0.email.template');
    expect((await get('cadences/dangling/versions')).json().items).toEqual([]);
  });

  it('makes versions that stay, the newest of which decides', async () => {
    await put('templates/welcome', template());
    const first = await post('templates/welcome/publish');
    expect(first.json()).toMatchObject({ key: 'welcome', version: 1, lint: [] });
    const again = await post('templates/welcome/publish');
    expect(again.json()).toEqual(first.json());
    await put('templates/welcome', template({ subject: 'Second' }));
    expect((await post('templates/welcome/publish')).json()).toMatchObject({ version: 2 });

    const versions = (await get('templates/welcome/versions')).json<{
      items: { version: number; effective: boolean }[];
    }>();
    expect(versions.items.map(({ version, effective }) => [version, effective])).toEqual([
      [2, true],
      [1, false],
    ]);
    expect((await get('templates/welcome/versions/1')).json().document).toMatchObject({ subject: template().subject });
    expect((await get('templates/welcome/versions/3')).status).toBe(404);
    expect((await get('templates/welcome')).json()).toMatchObject({
      ...{ latestVersion: 2, effectiveVersion: 2 },
      document: { subject: 'Second' },
    });
  });

  it('of a cadence counts the leads inside', async () => {
    await put('policies/frequency', frequencyPolicy());
    expect((await post('policies/frequency/publish')).status).toBe(200);
    await put('templates/welcome', template());
    await post('templates/welcome/publish');
    await put('cadences/long-term', cadence());
    expect((await post('cadences/long-term/publish')).json()).toMatchObject({ version: 1, inside: 0 });
    const list = (await get('cadences')).json<{ items: { key: string; effectiveVersion: number | null }[] }>();
    expect(list.items.find((item) => item.key === 'long-term')?.effectiveVersion).toBe(1);
  });

  it('of a policy checks what it names', async () => {
    await put('policies/recycle', {
      not_ready: { to: { cadence: 'no-such' }, credit: 'keep' },
      unheard: { disqualify: true, credit: 'keep' },
    });
    const errors = (await post('policies/recycle/publish')).json<ProblemAnswer>().errors;
    expect(errors.map(({ path, code }) => [path, code])).toEqual([
      ['unheard', 'unknown_reason'],
      ['not_ready.to.cadence', 'unknown_cadence'],
    ]);
    const items = [{ key: 'list', ask: 'Send us your machine list', kind: 'confirm' }];
    await put('policies/prep', [{ key: 'demo', items }]);
    expect((await post('policies/prep/publish')).status).toBe(200);
    await put('policies/playbook', { attempts: 3, gap: 'P1D', dispositions: ['reached', 'no_answer'] });
    expect((await post('policies/playbook/publish')).status).toBe(200);
    const playbook = await app.app.get(DocumentsService).effective(app.dataSource.manager, 'playbook', 'default');
    expect(playbook?.body).toMatchObject({ attempts: 3, again: ['no_answer'] });
    await put('policies/routing', [{ when: { field: 'country', op: 'exists' }, team: 'dach-sales' }]);
    expect((await post('policies/routing/publish')).status).toBe(200);
    const effective = await app.app.get(DocumentsService).effective(app.dataSource.manager, 'routing', 'routing');
    expect(effective?.body).toEqual([{ when: { field: 'country', op: 'exists' }, team: 'dach-sales' }]);
  });

  it('by two at once makes one version', async () => {
    await put('templates/twice', template());
    const answers = await Promise.all([post('templates/twice/publish'), post('templates/twice/publish')]);
    expect(answers.map((answer) => answer.json().version)).toEqual([1, 1]);
  });
});

describe('a qualification definition', () => {
  const sign = (as: string, key: string) => post('definitions/default/sign', { as }, key);

  it('is published only when an approver of each side signed that draft', async () => {
    await put('score-models/default', scoreModel());
    expect((await post('score-models/default/publish')).status).toBe(200);
    await put('definitions/default', definition());
    const unsigned = await post('definitions/default/publish');
    expect(unsigned.status).toBe(409);
    expect(unsigned.json()).toMatchObject({ unsigned: ['marketing', 'sales'] });

    const rep = await keyOf(app, people.jonas.id, 'sales');
    expect((await sign('sales', rep)).status).toBe(403);
    expect((await sign('sales', marketing)).status).toBe(403);
    expect((await sign('marketing', marketing)).status).toBe(200);
    expect((await sign('marketing', marketing)).status).toBe(200);
    expect((await post('definitions/default/publish')).json()).toMatchObject({ unsigned: ['sales'] });

    const signed = (await sign('sales', sales)).json<{ signatures: { side: string; by: { key: string } }[] }>();
    expect(signed.signatures.map(({ side, by }) => [side, by.key])).toEqual([
      ['marketing', 'tomas-ribeiro'],
      ['sales', 'amara-diallo'],
    ]);
    expect((await post('definitions/default/publish')).json()).toMatchObject({ version: 1 });
  });

  it('loses its signatures when it is edited, and does not get them back', async () => {
    await put('definitions/default', definition({ rank: 20 }));
    expect((await get('definitions/default/draft')).json().signatures).toEqual([]);
    expect((await post('definitions/default/publish')).status).toBe(409);
    await sign('marketing', marketing);
    await put('definitions/default', definition({ rank: 30 }));
    await put('definitions/default', definition({ rank: 20 }));
    expect((await post('definitions/default/publish')).json()).toMatchObject({ unsigned: ['marketing', 'sales'] });
  });

  it("decides from its effective instant on, in the organisation's zone", async () => {
    await put('definitions/later', definition({ effectiveFrom: '2030-07-01T00:00' }));
    await post('definitions/later/sign', { as: 'marketing' }, marketing);
    await post('definitions/later/sign', { as: 'sales' }, sales);
    const published = await post('definitions/later/publish');
    expect(published.json()).toMatchObject({ version: 1, effectiveAt: '2030-06-30T22:00:00.000Z' });
    const documents = app.app.get(DocumentsService);
    const at = (instant: string) =>
      documents.effective(app.dataSource.manager, 'definition', 'later', new Date(instant));
    expect(await at('2030-06-30T21:59:59.999Z')).toBeUndefined();
    expect((await at('2030-06-30T22:00:00.000Z'))?.version).toBe(1);
  });

  it('is refused when it asks for more than the score model can give', async () => {
    await put(
      'definitions/high',
      definition({
        rules: [
          { id: 'high', when: { field: 'profile.x', op: '=', value: 1 } },
          {
            id: 'never',
            when: {
              all: [
                { field: 'grade', op: '=', value: 'A' },
                { field: 'grade', op: '=', value: 'B' },
              ],
            },
          },
        ],
      }),
    );
    const lint = (await post('definitions/high/lint')).json<{ lint: { severity: string; path: string }[] }>().lint;
    expect(lint).toEqual(
      expect.arrayContaining([expect.objectContaining({ severity: 'error', path: 'rules.1.when' })]),
    );
  });
});

describe('what people did to documents', () => {
  it('is in the audit with who and which version', async () => {
    const rows: { action: string; data: { version?: number } }[] = await app.dataSource.query(
      `select action, data from audit_entries where subject_kind = 'definition' and subject_id = 'default' and actor_id = $1
       order by seq`,
      [people.tomas.id],
    );
    expect(rows.slice(0, 2).map((row) => row.action)).toEqual(['document.save_draft', 'document.sign']);
    expect(rows.find((row) => row.action === 'document.publish')?.data.version).toBe(1);
  });
});
