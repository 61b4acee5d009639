// An import of a large file whose worker is killed twice: every row is accounted for once, and no process holds the file.
// IMPORT_ROWS sets the number of rows: 520 here (two batches), 50,000 for the long run, which looks at the memory too.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AppProcess, startAppProcess } from '../support/app-process.js';
import { CONSENT, type ImportAnswer, overImport, reportOf } from '../support/import-steps.js';
import { type LiveMemory, watchLiveMemory } from '../support/live-memory.js';
import { testStack, waitFor } from '../support/stack.js';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';

const ROWS = Number(process.env['IMPORT_ROWS'] ?? 520);
const LIMIT_MS = ROWS * 40 + 240_000;
/** A column nobody maps makes the file large: 36 MB with 50,000 rows. */
const NOTES = 'n'.repeat(660);
/** From here on a run is long enough to say something about memory. */
const LONG = 20_000;
/** A process that held the file, or the rows it has read, would hold more than this: the file is 36 MB as bytes alone. */
const GROWTH_MB = 15;
/** Of the audit: a batch that is under way waits here, everything but its end behind it. */
const CHAIN_LOCK = 7_261_905;

let baton: TestBaton;
let api: AppProcess;
let proxy: TcpProxy;
const workers: AppProcess[] = [];
const watched: LiveMemory[] = [];

beforeAll(async () => {
  baton = await startTestBaton();
  await baton.stopWorker();
  const [host = '', port] = testStack.temporalAddress.split(':');
  proxy = await startTcpProxy(host, Number(port));
  api = await startAppProcess('main', baton.env);
});
afterAll(async () => {
  await Promise.all(watched.map((memory) => memory.stop().catch(() => undefined)));
  for (const worker of workers) await worker.kill();
  await api.kill();
  await proxy.cut();
  await baton.stop();
});

type Expected = 'created' | 'refused' | 'invalid';

/** Three rows of a hundred are bad: no address, too few cells, the address of an earlier row. */
function rowAt(index: number): { line: string; expected: Expected } {
  const email = `lead-${index}@imported.example`;
  if (index % 100 === 17) return { line: `lead-${index},Nobody,,${NOTES}`, expected: 'invalid' };
  if (index % 100 === 53) return { line: `${email},too few`, expected: 'invalid' };
  if (index % 100 === 89) return { line: `lead-${index - 50}@imported.example,Twice,,${NOTES}`, expected: 'refused' };
  return { line: `${email},Lead ${index},"Werk ""${index}"", Ltd",${NOTES}`, expected: 'created' };
}

/** The code its row of the report has. */
function codeOf(index: number, expected: Expected | undefined): string {
  if (expected === 'created') return '';
  if (expected === 'refused') return 'repeated_in_file';
  return CODES[index % 100] ?? 'unexpected';
}
const CODES: Readonly<Record<number, string>> = { 17: 'invalid_email', 53: 'wrong_column_count' };
const knownAgain = (expected: Expected | undefined): string | undefined =>
  expected === 'created' ? 'known' : expected;

const rows = Array.from({ length: ROWS }, (_, index) => rowAt(index));
const expectedCount = (which: Expected): number => rows.filter(({ expected }) => expected === which).length;
const file = new Blob([['email,name,company,notes', ...rows.map(({ line }) => line), ''].join('\n')]);

async function upload(): Promise<ImportAnswer> {
  const form = new FormData();
  for (const [name, value] of Object.entries(CONSENT)) form.append(name, value);
  form.append('file', file, 'large.csv');
  const headers = { authorization: `Bearer ${baton.keys.marketing}` };
  const answer = await fetch(`${api.url}/v1/imports`, { method: 'POST', headers, body: form });
  if (answer.status !== 202) throw new Error(`POST /v1/imports answered ${answer.status}: ${await answer.text()}`);
  return ((await answer.json()) as { import: ImportAnswer }).import;
}

async function startWorker(env: Record<string, string> = {}): Promise<AppProcess> {
  const worker = await startAppProcess('worker', { ...baton.env, ...env });
  workers.push(worker);
  return worker;
}

const number = async (sql: string, values: unknown[] = []): Promise<number> => {
  const [row] = await baton.dataSource.query<{ n: number }[]>(`select (${sql})::int as n`, values);
  return row?.n ?? -1;
};
const rowsDone = (id: string): Promise<number> => number('select count(*) from import_rows where import_id = $1', [id]);
const reached = (what: string, test: () => Promise<boolean>, timeoutMs = 120_000) =>
  waitFor(async () => ((await test()) ? true : undefined), { what, timeoutMs });

/** Starts a worker and runs `then` while its first batch has done everything but its last statements; lets it go on. */
async function insideBatch(start: () => Promise<AppProcess>, then: (worker: AppProcess) => Promise<void> | void) {
  const holder = baton.dataSource.createQueryRunner();
  await holder.startTransaction();
  await holder.query('select pg_advisory_xact_lock($1)', [CHAIN_LOCK]);
  const worker = await start();
  // Leads write into the audit too: a batch has written keys of its file before.
  const waiting = `select count(*) from pg_locks w join pg_locks k on k.pid = w.pid and k.granted
                      and k.mode = 'RowExclusiveLock' and k.relation = 'import_keys'::regclass
                    where w.locktype = 'advisory' and not w.granted and w.objid = ${CHAIN_LOCK}
                      and w.database = (select oid from pg_database where datname = current_database())`;
  await reached('a batch is under way', async () => (await number(waiting)) > 0);
  await then(worker);
  await holder.rollbackTransaction();
  await holder.release();
  return worker;
}

describe('an import of a large file', () => {
  it(
    'whose worker is killed after a commit and within a batch is exact, and done again changes nothing',
    async () => {
      const startedAt = Date.now();
      const apiMemory = watchLiveMemory(api.url, 100, baton.keys.admin);
      watched.push(apiMemory);
      const { id, rows: told } = await upload();
      await apiMemory.stop();
      expect(told.total).toBe(ROWS);

      const behindProxy = { TEMPORAL_ADDRESS: `127.0.0.1:${proxy.port}` };
      const first = await insideBatch(
        () => startWorker(behindProxy),
        () => proxy.hang(),
      );
      await reached('the batch is committed', async () => (await rowsDone(id)) > 0);
      await first.kill();
      // The engine has not heard of it.
      const { raw } = await baton.client.workflow.getHandle(`import/${id}`).describe();
      expect(raw.pendingActivities).toHaveLength(1);

      const committed = await rowsDone(id);
      await insideBatch(startWorker, (second) => second.kill());
      expect(await rowsDone(id)).toBe(committed);

      const third = await startWorker();
      const workerMemory = watchLiveMemory(third.url, 1_000);
      watched.push(workerMemory);
      const done = await overImport(baton, id, LIMIT_MS);
      await workerMemory.stop();
      const seconds = (Date.now() - startedAt) / 1_000;
      // The first quarter is the start of the worker; later on neither may hold more than before.
      const [apiBefore, apiAfter] = [apiMemory.least(0, 0.3), apiMemory.least(0.7, 1)];
      const [workerBefore, workerAfter] = [workerMemory.least(0.25, 0.5), workerMemory.least(0.75, 1)];
      const mb = (value: number): string => value.toFixed(1);
      console.info(
        `${ROWS} rows, ${mb(file.size / 1e6)} MB, killed twice: ${seconds.toFixed(1)} s; held in MB, by ` +
          `${apiMemory.samples} and ${workerMemory.samples} samples: api ${mb(apiBefore)}, later ${mb(apiAfter)}; ` +
          `worker ${mb(workerBefore)}, later ${mb(workerAfter)}`,
      );

      const report = await reportOf(baton, id);
      expect(report.map(({ row }) => Number(row))).toEqual(rows.map((_row, index) => index + 2));
      expect(report.filter(({ result }, index) => result !== rows[index]?.expected)).toEqual([]);
      const created = expectedCount('created');
      expect(done.results).toEqual({
        ...{ created, known: 0, changed: 0 },
        ...{ refused: expectedCount('refused'), invalid: expectedCount('invalid') },
      });
      expect(report.filter(({ code }, index) => code !== codeOf(index, rows[index]?.expected))).toEqual([]);
      expect(new Set(report.flatMap(({ leadId }) => (leadId === '' ? [] : [leadId]))).size).toBe(created);
      // What the processes of the leads go on to do stands in other columns and tables.
      const digest = (sql: string): string =>
        `select md5(coalesce(string_agg(t::text, ',' order by t.id), '')) from (${sql}) t`;
      const written = async (): Promise<unknown[]> =>
        baton.dataSource.query(
          `select (select count(*)::int from leads) as leads, (${digest(
            'select id, email, name, company, title, phone, country, source, consent, profile, tags, score, grade from leads',
          )}) as said, (${digest('select kind || value as id, lead_id from lead_identities')}) as identities,
             (select count(*)::int from profile_changes) as changes, (select count(*)::int from score_items) as points,
             (select count(*)::int from audit_entries where subject_kind = 'lead' and data->>'importId' is not null) as audited,
             (select count(distinct lead_id)::int from outbox where lane = 'bulk') as told`,
        );
      const all = await written();
      expect(all).toMatchObject([{ leads: created, changes: 0, audited: created, told: created }]);
      expect(await number('select count(*) from import_chunks')).toBe(0);

      const again = await upload();
      const repeated = await overImport(baton, again.id, LIMIT_MS);
      expect(repeated.results).toEqual({ ...done.results, created: 0, known: created });
      expect(await written()).toEqual(all);
      expect(
        (await reportOf(baton, again.id)).filter(({ result }, index) => result !== knownAgain(rows[index]?.expected)),
      ).toEqual([]);
      if (ROWS >= LONG) {
        expect(apiAfter - apiBefore).toBeLessThan(GROWTH_MB);
        expect(workerAfter - workerBefore).toBeLessThan(GROWTH_MB);
      }
    },
    LIMIT_MS,
  );
});
