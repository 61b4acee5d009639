import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AuditService } from '../../src/common/audit/audit.service.js';
import { importForOperator } from '../../src/cli/operator/import-for-operator.js';
import { ImportBatchesService } from '../../src/imports/import-batches.service.js';
import {
  CONSENT,
  FORM_TYPE,
  importFile,
  type ImportAnswer,
  multipart,
  overImport,
  reportOf,
  sendImport,
} from '../support/import-steps.js';
import { uniqueWord } from '../support/lead-steps.js';
import { waitFor } from '../support/stack.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';

const MAX_BYTES = 2_000_000;
let baton: TestBaton;
beforeAll(async () => {
  baton = await startTestBaton({ importMaxBytes: MAX_BYTES });
});
afterAll(() => baton.stop());

const address = (): string => `${uniqueWord('row')}@imported.example`;
const count = async (table: string, where = 'true', values: unknown[] = []): Promise<number> => {
  const [row] = await baton.dataSource.query<{ n: number }[]>(
    `select count(*)::int as n from ${table} where ${where}`,
    values,
  );
  return row?.n ?? -1;
};
/** Everything an import may write, but the imports themselves. */
const record = async (): Promise<number[]> =>
  Promise.all(
    ['leads', 'lead_identities', 'custody_records', 'profile_changes', 'engagements', 'score_items'].map((table) =>
      count(table),
    ),
  );
const leadOf = async (email: string): Promise<Record<string, unknown>> => {
  const [row] = await baton.dataSource.query<{ lead_id: string }[]>(
    `select lead_id from lead_identities where kind = 'email' and value = $1`,
    [email],
  );
  return (await baton.call('GET', `/v1/leads/${row?.lead_id ?? 'none'}`)).body;
};
const results = (some: Partial<ImportAnswer['results']>) => ({
  ...{ created: 0, known: 0, changed: 0, refused: 0, invalid: 0 },
  ...some,
});
const codesOf = async (
  file: string | Buffer | readonly string[] | undefined,
  fields: Record<string, string> = CONSENT,
) => {
  const { status, body } = await sendImport(baton, file, { fields });
  expect(status).toBe(422);
  return (body.errors ?? []).map(({ path, code }) => `${path}: ${code}`);
};

describe('an import', () => {
  it('takes every row in as POST /v1/leads does, and starts their workflows', async () => {
    const [ada, bo] = [address(), address()];
    const file = [
      'E-Mail;Vorname;Nachname;Firma;Land;Employees;Tags;Externe ID;Notes',
      `${ada};Ada;Lang;Lang & Söhne;de;410;pumps, steel;${ada}/crm;secret`,
      `${bo};;;Müller "Pumpen";;;;;`,
      '',
    ].join('\r\n');
    const mapping = JSON.stringify({ 'Externe ID': 'externalId' });
    const sent = await sendImport(baton, file, { fields: { ...CONSENT, mapping } });
    expect(sent.status).toBe(202);
    expect(sent.body.import).toMatchObject({ encoding: 'utf-8', delimiter: ';', rows: { total: 2, done: 0 } });
    expect(sent.body.import.columns.map(({ field }) => field)).toEqual([
      ...['email', 'firstName', 'lastName', 'company', 'country', 'profile.employees:number', 'tags', 'externalId'],
      null,
    ]);
    const done = await overImport(baton, sent.body.import.id);
    expect(done).toMatchObject({ state: 'done', rows: { total: 2, done: 2 }, results: results({ created: 2 }) });
    const lead = await leadOf(ada);
    expect(lead).toMatchObject({
      ...{ name: 'Ada Lang', company: 'Lang & Söhne', country: 'DE', profile: { employees: 410 } },
      ...{ tags: ['pumps', 'steel'], externalIds: [`${ada}/crm`], source: 'list' },
      consent: { basis: 'consent', at: '2026-03-11T00:00:00Z' },
    });
    await baton.inState(String(lead['id']), 'nurturing');
    const audited = await count('audit_entries', `action = 'lead.create' and data->>'importId' = $1`, [done.id]);
    expect(audited).toBe(2);
    expect(await count('audit_entries', `subject_id = $1 and action like 'import.%'`, [done.id])).toBe(2);
    expect((await baton.app.get(AuditService).verify(baton.dataSource.manager)).brokenAt).toBeNull();
    expect(await count('import_chunks', 'import_id = $1', [done.id])).toBe(0);
    expect(await count('import_keys')).toBe(0);
  });

  it('says of every row what became of it, with the row a spreadsheet shows', async () => {
    const [known, fresh, other] = [address(), address(), address()];
    await importFile(baton, `email,name,phone,externalId\n${known},Nora Adler,,${known}/1\n${other},,,${other}/1\n`);
    const rows = [
      `${fresh},"Two\nLines",,,,`,
      'no-address,X,,,,',
      '',
      `${known},Somebody Else,+49 30 1,,,`,
      `${fresh},Again,,,,`,
      `${address()},too,few`,
      `${address()},,,,nowhere,`,
      `${known},,,${other}/1,,`,
      `${address()},,,,,swedish`,
      `${address()},${'x'.repeat(300)},,,,`,
      ',,,,,',
    ];
    const file = ['email,name,phone,externalId,campaign,language', ...rows].join('\n');
    const done = await importFile(baton, file);
    const report = await reportOf(baton, done.id);
    expect(
      report.map(({ row, result, field, code, filled, kept }) => [row, result, field, code, filled, kept]),
    ).toEqual([
      ['2', 'created', '', '', '', ''],
      ['3', 'invalid', 'email', 'invalid_email', '', ''],
      ['5', 'changed', '', '', 'phone', 'name'],
      ['6', 'refused', 'row', 'repeated_in_file', '', ''],
      ['7', 'invalid', 'row', 'wrong_column_count', '', ''],
      ['8', 'refused', 'campaign', 'unknown_campaign', '', ''],
      ['9', 'refused', 'row', 'repeated_in_file', '', ''],
      ['10', 'invalid', 'language', 'invalid_format', '', ''],
      ['11', 'invalid', 'name', 'too_big', '', ''],
    ]);
    expect(report.map(({ email }) => email)).toEqual([fresh, '', known, '', '', '', '', '', '']);
    expect(report[3]?.['message']).toBe('Row 2 has the same address or external id; it counts');
    expect(report[4]?.['message']).toBe('The row has 3 cells, the header has 6');
    expect(done.results).toEqual(results({ created: 1, changed: 1, refused: 3, invalid: 4 }));
    expect(await leadOf(known)).toMatchObject({ name: 'Nora Adler', phone: '+49 30 1' });
    const different = await importFile(baton, `email,externalId\n${known},${other}/1\n`);
    expect(await reportOf(baton, different.id)).toMatchObject([{ result: 'refused', code: 'different_leads' }]);
  });

  it('of the same file changes nothing', async () => {
    const file = ['email,name,hand raise kind,hand raise purpose', `${address()},Nora,demo_request,Wants a demo`]
      .concat(Array.from({ length: 40 }, (_, index) => `${address()},Lead ${index},,`))
      .join('\n');
    const first = await importFile(baton, file);
    expect(first.results).toEqual(results({ created: 41 }));
    const before = await record();
    const second = await importFile(baton, file);
    expect(second.results).toEqual(results({ known: 41 }));
    expect(await record()).toEqual(before);
    const [raised] = await reportOf(baton, second.id);
    expect(await count('engagements', 'lead_id = $1 and hand_raise', [raised?.['leadId']])).toBe(1);
  });

  it('as a dry run writes its report only, and says what the import then does', async () => {
    const known = address();
    await importFile(baton, `email,name\n${known},Nora\n`);
    const rows = [`${address()},A,`, `${known},Other,Adler AG`, 'nobody,B,', `${known},,`];
    const file = ['email,name,company', ...rows].join('\n');
    const before = await record();
    const dry = await importFile(baton, file, { query: '?dryRun=true' });
    expect(await record()).toEqual(before);
    expect(dry).toMatchObject({ dryRun: true, results: results({ created: 1, changed: 1, refused: 1, invalid: 1 }) });
    const told = (await reportOf(baton, dry.id)).map(({ leadId: _id, email: _email, ...line }) => line);
    const real = await importFile(baton, file);
    expect((await reportOf(baton, real.id)).map(({ leadId: _id, email: _email, ...line }) => line)).toEqual(told);
    expect(real.results).toEqual(dry.results);
  });

  it('treats the address of an erased person as POST /v1/leads does, and its report forgets it', async () => {
    const email = address();
    const first = await importFile(baton, `email,name\n${email},Nora\n`);
    const [line] = await reportOf(baton, first.id);
    const id = line?.['leadId'] ?? '';
    await baton.inState(id, 'nurturing');
    expect((await baton.call('POST', `/v1/leads/${id}/erase`, {})).status).toBe(200);
    expect(await reportOf(baton, first.id)).toMatchObject([{ leadId: id, email: '', result: 'created' }]);
    const again = await importFile(baton, `email,name\n${email},Nora\n`);
    expect(again.results).toEqual(results({ created: 1 }));
    expect(await leadOf(email)).toMatchObject({ contactable: false });
  });

  it.each([
    ['UTF-8 with its mark', 'utf-8', ',', (text: string) => Buffer.from(`\uFEFF${text}`)],
    ['UTF-16, little end first', 'utf-16le', '\t', (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['UTF-16, big end first', 'utf-16be', '|', (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()],
    ['windows-1252', 'windows-1252', ';', (text: string) => Buffer.from(text.replace('€', '\x80'), 'latin1')],
  ])('reads %s', async (_name, encoding, delimiter, write) => {
    const email = address();
    const file = [`email${delimiter}company`, `${email}${delimiter}Größe € AG`].join('\r\n');
    const done = await importFile(baton, write(file));
    expect(done).toMatchObject({ encoding, delimiter, results: results({ created: 1 }) });
    expect(await leadOf(email)).toMatchObject({ company: 'Größe € AG' });
  });

  it('writes a report that no spreadsheet runs', async () => {
    const email = `=cmd+${uniqueWord('x')}@imported.example`;
    const done = await importFile(baton, `email,=HYPERLINK(1)\n${email},\nnobody,\n`, {
      fields: { ...CONSENT, mapping: JSON.stringify({ '=HYPERLINK(1)': 'company' }) },
    });
    const { text, headers } = await baton.call('GET', `/v1/imports/${done.id}/report`);
    expect(text).toContain(`,"'${email}",`);
    expect(text).not.toMatch(/(^|,)"?=/m);
    expect(headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(headers['content-disposition']).toBe(`attachment; filename="import-${done.id}.csv"`);
  });

  it('is listed, newest first, page by page', async () => {
    const first = await importFile(baton, `email\n${address()}\n`);
    const second = await importFile(baton, `email\n${address()}\n`);
    const page = await baton.call<{ items: ImportAnswer[]; nextCursor: string }>('GET', '/v1/imports?limit=1');
    expect(page.body.items.map(({ id }) => id)).toEqual([second.id]);
    const next = await baton.call<{ items: ImportAnswer[] }>(
      'GET',
      `/v1/imports?limit=1&cursor=${page.body.nextCursor}`,
    );
    expect(next.body.items.map(({ id }) => id)).toEqual([first.id]);
  });
});

describe('what is refused', () => {
  it('names everything that is missing or wrong at once', async () => {
    expect(await codesOf('mail,name\na@b.example,A\n', {})).toEqual([
      'source: required',
      'consentBasis: required',
      'consentAt: required',
    ]);
    expect(await codesOf('contact,when\nA,B\n', { mapping: '{"When": "email"}', consentBasis: 'contract' })).toEqual([
      ...['mapping.When: unknown_column', 'mapping: no_email_column', 'source: required', 'consentAt: required'],
    ]);
    expect(await codesOf('a,b,b\n1,2,3\n', { ...CONSENT, mapping: '{"a": "email", "b": "size"}' })).toEqual([
      ...['file: repeated_column', 'mapping.b: unknown_field'],
    ]);
    expect(await codesOf('email\nx@y.example\n', { ...CONSENT, campaign: 'nowhere' })).toEqual([
      'campaign: unknown_campaign',
    ]);
    expect(await codesOf('email\nx@y.example\n', { ...CONSENT, consentAt: '2999-01-01' })).toEqual([
      'consentAt: in_the_future',
    ]);
    expect(await codesOf('email\nx@y.example\n', { ...CONSENT, consentBasis: 'hearsay' })).toEqual([
      'consentBasis: invalid_value',
    ]);
    expect(await codesOf('email\nx@y.example\n', { ...CONSENT, mapping: '[1]', colour: 'red' })).toEqual([
      ...['mapping: invalid_mapping', 'colour: unknown_field'],
    ]);
  });

  it('is a consent that no column and no part says; a column does', async () => {
    const { source } = CONSENT;
    const rows = ['Contract,2026-01-02', ',2026-01-02', 'hearsay,2026-01-02', 'legitimate interest,2999-01-02'];
    const file = `email,legal basis,consent date\n${rows.map((row) => `${address()},${row}\n`).join('')}`;
    const done = await importFile(baton, file, { fields: { source } });
    expect((await reportOf(baton, done.id)).map(({ result, field }) => [result, field])).toEqual([
      ['created', ''],
      ['invalid', 'consentBasis'],
      ['invalid', 'consentBasis'],
      ['refused', 'consentAt'],
    ]);
  });

  it.each([
    ['nothing', '', 'file: empty'],
    ['a header alone', 'email,name\n', 'file: empty'],
    ['a quote nobody closes', 'email,name\na@b.example,"A\nc@d.example,C\n', 'file: unreadable_csv'],
    ['a spreadsheet', Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 1, 0]), 'file: not_text'],
    [
      'a header no database stores',
      Buffer.from('\ufeffemail,na\u0000me\na@b.example,A\n', 'utf16le'),
      'file: not_text',
    ],
    ['more columns than a list has', `email${',a'.repeat(500)}\na@b.example\n`, 'file: too_many_columns'],
  ])('a file of %s', async (_what, file, problem) => {
    expect(await codesOf(file)).toContain(problem);
  });

  it('a form without a file, or a body that is no form', async () => {
    expect(await codesOf(undefined)).toEqual(['file: required']);
    const call = (payload: string, type: string) =>
      baton.call('POST', '/v1/imports', payload, { headers: { 'content-type': type }, key: baton.keys.marketing });
    expect((await call('{}', 'application/json')).status).toBe(415);
    expect((await call('--nonsense', FORM_TYPE)).status).toBe(400);
    expect((await call('x', 'multipart/form-data')).status).toBe(400);
    const elsewhere = await baton.call('POST', '/v1/leads', multipart('a', {}).toString(), {
      headers: { 'content-type': FORM_TYPE },
    });
    expect(elsewhere.status).toBe(415);
  });

  it('a second file, and more parts than a form has', async () => {
    const one = `email\n${address()}\n`;
    expect(await codesOf([one, one])).toEqual(['file: repeated']);
    expect(await codesOf([one, one, 'email\n'.padEnd(MAX_BYTES, 'x')])).toEqual(['file: repeated']);
    const fields = Object.fromEntries(Array.from({ length: 30 }, (_one, index) => [`field${index}`, 'x']));
    expect(await codesOf(one, fields)).toEqual(['body: too_many_parts']);
  });

  it.each([
    ['in the course of it', MAX_BYTES + 1],
    ['at once', 2 * MAX_BYTES],
  ])('a file that is too large, %s', async (_when, bytes) => {
    const answer = await sendImport(baton, 'email\n'.padEnd(bytes, 'x'));
    expect(answer.status).toBe(413);
    expect(answer.body.detail).toContain(`${MAX_BYTES} bytes (IMPORT_MAX_BYTES)`);
  });

  it('leaves nothing stored of a refused upload, nor of a stranger’s', async () => {
    const before = await count('imports');
    await codesOf('contact\nA\n');
    expect((await sendImport(baton, 'email\na@b.example\n', { key: baton.keys.sales })).status).toBe(403);
    expect((await sendImport(baton, 'email\na@b.example\n', { key: 'bt_none_none' })).status).toBe(401);
    await waitFor(async () => ((await count('import_chunks')) === 0 ? true : undefined), { what: 'no chunk is left' });
    expect(await count('imports')).toBe(before);
  });
});

describe('the same Idempotency-Key', () => {
  it('is one import for the same file, and 422 for another', async () => {
    const headers = { 'idempotency-key': uniqueWord('key') };
    const file = `email\n${address()}\n`;
    const first = await sendImport(baton, file, { headers });
    const again = await sendImport(baton, file, { headers });
    expect([again.status, again.text]).toEqual([202, first.text]);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect((await sendImport(baton, `email\n${address()}\n`, { headers })).status).toBe(422);
    await overImport(baton, first.body.import.id);
    await waitFor(async () => ((await count('import_chunks')) === 0 ? true : undefined), { what: 'no chunk is left' });
  });
});

describe('stopping', () => {
  it('ends an import behind its batch, forgets the file and keeps what was taken in', async () => {
    await baton.stopWorker();
    const file = ['email', ...Array.from({ length: 1_200 }, address)].join('\n');
    const { id } = (await sendImport(baton, file, { query: '?dryRun=true' })).body.import;
    const batches = baton.app.get(ImportBatchesService);
    expect(await batches.next(id)).toEqual({ finished: false });
    const stopped = await baton.call<ImportAnswer>('POST', `/v1/imports/${id}/stop`, { note: 'the wrong list' });
    expect(stopped.body).toMatchObject({ state: 'stopped', rows: { total: 1_200, done: 500 } });
    expect(await batches.next(id)).toEqual({ finished: true });
    expect((await baton.call<ImportAnswer>('POST', `/v1/imports/${id}/stop`, {})).body.state).toBe('stopped');
    expect(await reportOf(baton, id)).toHaveLength(500);
    expect(await count('import_chunks', 'import_id = $1', [id])).toBe(0);
    expect(await count('audit_entries', `subject_id = $1 and note = 'the wrong list'`, [id])).toBe(1);
    await baton.startWorker();
  });

  it('is 409 for one that is done, and 404 for none', async () => {
    const done = await importFile(baton, `email\n${address()}\n`);
    expect((await baton.call('POST', `/v1/imports/${done.id}/stop`, {})).status).toBe(409);
    const nobodys = '0190a5a0-0000-7000-8000-000000000000';
    for (const path of ['', '/report'])
      expect((await baton.call('GET', `/v1/imports/${nobodys}${path}`)).status).toBe(404);
    expect((await baton.call('POST', `/v1/imports/${nobodys}/stop`, {})).status).toBe(404);
  });
});

describe('baton import', () => {
  const folder = mkdtempSync(join(tmpdir(), 'baton-import-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'leads.csv');
  const options = { source: 'list', 'consent-basis': 'consent', 'consent-at': '2026-03-11', map: ['Who=email', 'x='] };
  const run = async (more: object = {}, config = baton.config): Promise<{ all: boolean; said: string[] }> => {
    const said: string[] = [];
    const all = await importForOperator(config, path, { ...options, ...more }, (line) => said.push(line));
    return { all, said };
  };

  it('imports a file and says what became of its rows', async () => {
    const email = address();
    writeFileSync(path, `Who,x\n${email},1\n`);
    const dry = await run({ 'dry-run': true });
    expect(dry.all).toBe(true);
    expect(dry.said).toContain('1 created, 0 known, 0 changed, 0 refused, 0 invalid');
    expect(await leadOf(email)).toMatchObject({ status: 404 });
    expect((await run()).said).toContain('1 created, 0 known, 0 changed, 0 refused, 0 invalid');
    writeFileSync(path, `Who,x\n${email},1\nnobody,2\n`);
    const again = await run();
    expect(again.said).toContain('0 created, 1 known, 0 changed, 0 refused, 1 invalid');
    expect(again.all).toBe(false);
  });

  it('says what is wrong with the file or the options, and leaves nothing of it', async () => {
    writeFileSync(path, 'Who\na@b.example\n');
    await expect(run()).rejects.toThrow('mapping.x: The header has no column x');
    await expect(run({ map: ['email'] })).rejects.toThrow('--map takes COLUMN=FIELD, not email');
    await expect(run({ 'consent-at': 'yesterday' })).rejects.toThrow('consentAt');
    const small = { ...baton.config, imports: { maxBytes: 3 } };
    await expect(run({ map: ['Who=email'] }, small)).rejects.toThrow('3 bytes (IMPORT_MAX_BYTES)');
    const left = `select 1 from imports i where i.id = c.import_id`;
    expect(await count('import_chunks c', `not exists (${left})`)).toBe(0);
  });
});
