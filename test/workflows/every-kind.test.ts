// One cadence with every kind of step, walked on the real server in virtual time by leads in eleven zones, over the changes
// of the clock of both hemispheres.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { LeadsService } from '../../src/leads/leads.service.js';
import { keepLives } from '../support/histories.js';
import { uniqueWord } from '../support/lead-steps.js';
import { ARM, type Happening, type Walk, WALKS } from '../fixtures/every-kind.walks.js';
import { publishDocument } from '../support/publish-document.js';
import { mailbox } from '../support/stack.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';

const KEY = 'every-kind';
const DOCUMENT = parse(readFileSync(new URL('../fixtures/every-kind.yaml', import.meta.url), 'utf8')) as {
  readonly steps: readonly Readonly<Record<string, unknown>>[];
};
const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri'];
const HOLIDAYS: Readonly<Record<string, readonly string[]>> = {
  de: ['2026-03-25', '2026-04-04'],
  au: ['2026-04-03', '2026-04-06', '2026-10-05'],
  nz: ['2026-04-03', '2026-04-06'],
};
/** The lead’s clock goes on while the machine works, so what follows a touch comes a little later. Every change is 30 minutes or more. */
const LATE_MS = 5 * 60_000;

const utc = (text: string): number => Date.parse(`${text.replace(' ', 'T')}:00Z`);
const DAY = 86_400_000;

const receiver = new WebhookReceiver();
let baton: TestBaton;
/** All of them at once: each has a clock of its own. */
const walking = new Map<string, Promise<WalkingLead>>();
beforeAll(async () => {
  await receiver.open();
  baton = await startTestBaton({ allowedHosts: receiver.host });
  await baton.call('POST', '/v1/webhooks', { key: 'crm', url: receiver.url('/crm') });
  for (const [key, dates] of Object.entries(HOLIDAYS)) {
    const holidays = dates.map((date) => ({ date, name: `Closed on ${date}` }));
    await put(`/v1/calendars/${key}`, { days: WEEK, from: '09:00', to: '17:00', holidays });
  }
  const campaign = { name: 'Pune Expo', source: 'trade_show', owner: 'mara-marketer', country: 'IN', startScore: 0 };
  await put('/v1/campaigns/pune-expo', { ...campaign, zone: 'Asia/Kolkata' });
  // What takes the leads afterwards sends nothing.
  await publishDocument(baton, 'cadences', 'loop', {
    name: 'Afterwards',
    priority: 1,
    window: 'any',
    steps: [{ id: 'rest', wait: 'P900D' }],
  });
  await publishDocument(baton, 'cadences', KEY, { ...DOCUMENT });
  for (const [name, walk] of Object.entries(WALKS)) walking.set(name, live(name, walk));
  // One that fails is reported by its own test.
  await Promise.allSettled(walking.values());
}, 120_000);
afterAll(async () => {
  await keepLives(baton, 'every-kind');
  await baton.stop();
  await receiver.close();
});

async function put(path: string, body: object): Promise<void> {
  const { status, text } = await baton.call('PUT', path, body);
  if (status !== 200) throw new Error(`${path} answered ${status}: ${text}`);
}

interface WalkingLead {
  readonly id: string;
  readonly email: string;
}

async function begin(name: string, { country, zone, campaign, startAt }: Walk): Promise<WalkingLead> {
  const email = `${uniqueWord(name)}@every-kind.example`;
  const { lead } = await baton.app.get(LeadsService).create(
    {
      email,
      company: `Werk ${name}`,
      country,
      ...(zone === undefined ? {} : { timeZone: zone }),
      ...(campaign === undefined ? {} : { campaign }),
      source: 'every_kind',
      profile: { employees: 500 },
      consent: { basis: 'contract', at: '2026-01-01T00:00:00Z' },
    },
    { personId: await baton.personId('mara-marketer') },
    { clockOffsetMs: utc(startAt) - Date.now() },
  );
  return { id: lead.id, email };
}

async function happen({ id }: WalkingLead, at: string, one: Happening): Promise<void> {
  const post = async (path: string, body: object): Promise<void> => {
    const { status, text } = await baton.call('POST', path, body);
    if (status !== 200 && status !== 202) throw new Error(`${path} answered ${status}: ${text}`);
  };
  if ('kind' in one) {
    const event = { source: 'walk', eventId: uniqueWord('e'), lead: { id }, ...one };
    await post('/v1/engagements', { ...event, occurredAt: new Date(utc(at)).toISOString() });
    return;
  }
  const [table, path, body]: [string, string, object] =
    'todo' in one ? ['todos', 'done', { disposition: one.todo }] : ['handoffs', one.handoff, one.body ?? {}];
  const [row] = await baton.dataSource.query<{ id: string }[]>(`select id from ${table} where lead_id = $1`, [id]);
  await post(`/v1/${table}/${row?.id}/${path}`, body);
}

async function live(name: string, walk: Walk): Promise<WalkingLead> {
  const lead = await begin(name, walk);
  const script = walk.script.map(([at, one]) => ({ at: utc(at), do: () => happen(lead, at, one) }));
  await baton.virtual.live(lead.id, utc(walk.exit[1]) + DAY, script);
  return lead;
}

/** Which arm the documented hash gives: FNV-1a over the UTF-16 code units, then the last step of MurmurHash3; weights 50 and 50. */
function armOf(leadId: string): string {
  const word = (value: bigint): bigint => value & 0xffffffffn;
  let hash = 0x811c9dc5n;
  for (const char of `split/${leadId}/arms`) {
    const unit = BigInt(char.charCodeAt(0));
    for (const byte of [unit & 0xffn, unit >> 8n]) hash = word((hash ^ byte) * 0x01000193n);
  }
  hash = word((hash ^ (hash >> 16n)) * 0x85ebca6bn);
  hash = word((hash ^ (hash >> 13n)) * 0xc2b2ae35n);
  return (hash ^ (hash >> 16n)) < 0x80000000n ? 'plain' : 'fancy';
}

/** The expected text when the instant is the expected one, or a little later. */
function shown(actual: number, expected: string | undefined): string {
  const late = expected === undefined ? Number.NaN : actual - utc(expected);
  return expected !== undefined && late >= 0 && late < LATE_MS ? expected : new Date(actual).toISOString();
}

interface Row {
  readonly kind: string;
  readonly at: number;
  readonly data: Readonly<Record<string, string | number | null>>;
}

/** What the record says, in the form of the walk. */
async function walked(leadId: string, expected: Walk['steps']): Promise<string[][]> {
  const rows = await baton.dataSource.query<Row[]>(
    `select kind, (extract(epoch from at) * 1000)::float8 as at, data from lead_records
      where lead_id = $1 and (kind in ('step', 'waited', 'branched', 'todo_done') and (data->>'no')::int = 1
                              or kind = 'qualified') order by rev, n`,
    [leadId],
  );
  const touches = await baton.dataSource.query<{ step: string; visit: number; state: string; at: number | null }[]>(
    `select step, visit, state, (extract(epoch from claimed_at) * 1000)::float8 as at from touches where lead_id = $1`,
    [leadId],
  );
  const nameOf = (step: Row['data'][string] | undefined, visit: Row['data'][string] | undefined): string =>
    visit === 1 ? String(step) : `${String(step)} ${String(visit)}`;
  const steps: { name: string; at: number; cameTo: string }[] = [];
  for (const { kind, at, data } of rows) {
    const last = steps.at(-1);
    const of = steps.find(({ name }) => name === nameOf(data['step'], data['visit']));
    if (kind === 'step') steps.push({ name: nameOf(data['step'], data['visit']), at, cameTo: '' });
    else if (kind === 'waited' && of)
      of.cameTo = data['winner'] === 'timeout' ? 'time-out' : `option ${String(data['winner'])}`;
    else if (kind === 'branched' && of) of.cameTo = data['case'] === -1 ? 'otherwise' : `case ${String(data['case'])}`;
    else if (kind === 'todo_done' && of) of.cameTo = String(data['disposition']);
    else if (kind === 'qualified' && last) {
      const offered = steps.at(-2);
      if (offered) offered.cameTo = 'offered';
    }
  }
  for (const { step, visit, state, at } of touches) {
    const index = steps.findIndex(({ name }) => name === nameOf(step, visit));
    const [of, next] = [steps[index], steps[index + 1]];
    // The step after a touch is entered at the very instant of its claim.
    if (of) of.cameTo = next && at !== null && next.at !== at ? `${state} at ${new Date(at).toISOString()}` : state;
  }
  return steps.map(({ name, at, cameTo }, index) => [name, shown(at, expected[index]?.[1]), cameTo]);
}

describe('a cadence with every kind of step', () => {
  it('has every kind, and nothing to complain about', async () => {
    const { body, status } = await baton.call<{ kinds: string[] }>('GET', '/openapi.json');
    expect(status).toBe(200);
    const schemas = (body as unknown as { components: { schemas: Record<string, { properties: object }> } }).components;
    const known = Object.keys(schemas.schemas['CadenceStep']?.properties ?? {}).filter(
      (name) => name !== 'id' && name !== 'next',
    );
    const used = new Set(
      DOCUMENT.steps.flatMap((step) => Object.keys(step)).filter((key) => key !== 'id' && key !== 'next'),
    );
    expect([...used].sort()).toEqual(known.sort());
    const lint = await baton.call('POST', `/v1/cadences/${KEY}/lint`, {});
    expect([lint.status, lint.body]).toEqual([200, { lint: [] }]);
  });

  it.each(Object.entries(WALKS))('takes a lead through %s', async (name, walk) => {
    const lead = await (walking.get(name) ?? Promise.reject(new Error(`${name} does not walk`)));
    const [reason, endedAt] = walk.exit;
    const arm = armOf(lead.id);
    const branched = arm === 'plain' ? 'case 0' : 'otherwise';
    const steps = walk.steps.map(([step, at, to]) => [step === ARM ? arm : step, at, to === ARM ? branched : to]);
    expect(await walked(lead.id, walk.steps)).toEqual(steps);
    const [enrollment] = await baton.dataSource.query<{ reason: string; at: number }[]>(
      `select exit_reason as reason, (extract(epoch from ended_at) * 1000)::float8 as at
         from enrollments where lead_id = $1 and no = 1`,
      [lead.id],
    );
    expect([enrollment?.reason, shown(enrollment?.at ?? 0, endedAt)]).toEqual([reason, endedAt]);
    const mails = (await mailbox.messages({ to: lead.email })).map(({ subject }) => subject.split(' ')[0]);
    expect(mails).toEqual(steps.filter(([, , to]) => to === 'sent').map(([step]) => templateOf(step ?? '')));
  });
});

function templateOf(visit: string): string {
  const step = DOCUMENT.steps.find(({ id }) => id === visit.split(' ')[0]);
  return (step?.['email'] as { template: string } | undefined)?.template ?? `no template of ${visit}`;
}
