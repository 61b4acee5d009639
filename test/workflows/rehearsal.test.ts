import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { compareTracks } from '../../domain/rehearsal/compare-tracks.js';
import type { TrackEntry } from '../../domain/rehearsal/track-entry.js';
import { withCommandApp } from '../../src/cli/command-app.js';
import { LeadsService } from '../../src/leads/leads.service.js';
import { RehearsalTrackModule } from '../../src/rehearsals/rehearsal-track.module.js';
import { RehearsalTrackService } from '../../src/rehearsals/rehearsal-track.service.js';
import { TemporalModule } from '../../src/temporal/temporal.module.js';
import { rehearse, sandboxesOf, touchesOf } from '../support/rehearsals.js';
import { mailbox, waitFor } from '../support/stack.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';

const EXAMPLES = fileURLToPath(new URL('../../examples', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'baton-examples-'));

/** A Tuesday, 11:00:20 in Berlin: what follows in the same minute stays in it. */
const START = '2026-04-14T09:00:20Z';
const DAYS = 90;
/** On a machine that is busy with other things too. */
const LONGEST_MS = 240_000;
const UNTIL = Date.parse(START) + DAYS * 86_400_000;

let baton: TestBaton;
beforeAll(async () => {
  cpSync(EXAMPLES, folder, { recursive: true, filter: (path) => !path.endsWith('.csv') });
  baton = await startTestBaton({
    workspace: { folder, marketing: 'ines-okafor', sales: 'amara-diallo', admin: 'miriam-castell' },
  });
});
afterAll(async () => {
  await baton.stop();
  rmSync(folder, { recursive: true, force: true });
});

const profile = {
  email: 'nora.quell@rehearsal.example',
  name: 'Nora Quell',
  company: 'Quell Pumpen',
  country: 'DE',
  timeZone: 'Europe/Berlin',
  language: 'de',
  profile: { employees: 400 },
  tags: ['pumps'],
  source: 'trade_show',
};

type Body = Record<string, unknown>;

/** Everything in the database but what taking a rehearsal on writes itself. */
async function fingerprint(): Promise<Record<string, string>> {
  const tables = await baton.dataSource.query<{ name: string }[]>(
    `select tablename as name from pg_tables where schemaname = 'public'
      and tablename not in ('rehearsals', 'audit_entries', 'idempotency_keys', 'api_keys') order by 1`,
  );
  const prints: Record<string, string> = {};
  for (const { name } of tables) {
    const [row] = await baton.dataSource.query<{ print: string }[]>(
      `select count(*) || ' ' || coalesce(md5(string_agg(t::text, ',' order by t::text)), '') as print from ${name} t`,
    );
    prints[name] = row?.print ?? '';
  }
  return prints;
}

const differences = (rehearsed: readonly TrackEntry[], lived: readonly TrackEntry[]) =>
  compareTracks(rehearsed, lived)
    .filter(({ what }) => what !== 'same')
    .map(({ what, left, right, byMinutes }) => [what, (left ?? right)?.at, (left ?? right)?.detail, byMinutes]);

const script = [
  { at: '2026-04-14T12:30:40Z', do: { engagement: 'email_click', of: 'thanks' } },
  { at: '2026-04-29T12:00:30Z', do: { engagement: 'webinar_attended' } },
  { at: '2026-05-04T12:10:30Z', do: { engagement: 'webinar_attended' } },
  { at: '2026-05-05T12:20:30Z', do: { engagement: 'webinar_attended' } },
  { at: '2026-05-05T12:40:30Z', do: { engagement: 'form_submitted', properties: { form: 'handbook' } } },
  { at: '2026-05-06T08:50:30Z', do: { reject: 'not_ready' } },
  { at: '2026-05-06T10:50:30Z', do: 'acknowledge' },
];

const common = { cadence: { key: 'trade-show-follow-up' }, lead: { profile }, startAt: START };

describe('ninety days of the example cadence', () => {
  it(
    'rehearsed are entry by entry what a live lead with the same facts then does, and nothing outside sees it',
    async () => {
      const before = await fingerprint();
      const { leadId, track: rehearsed } = await rehearse(baton, { ...common, horizon: `P${DAYS}D`, script });
      expect(await fingerprint()).toEqual(before);
      expect(await mailbox.messages({ to: profile.email })).toEqual([]);
      await waitFor(async () => (await sandboxesOf(baton)).length === 0, { what: 'the sandbox is dropped' });
      const lived = await live(leadId);
      expect(differences(rehearsed, lived)).toEqual([]);
      expect(lived).toHaveLength(rehearsed.length);
      // What a score of 60 and a silent rep lead to, hand-computed: 6 + 20 + 20 + 20 less their decay, Berlin's calendar.
      expect(rehearsed.filter(({ kind }) => kind === 'rung').map(({ localAt }) => localAt.slice(0, 16))).toEqual([
        ...['2026-05-05T16:20', '2026-05-06T08:20', '2026-05-06T09:20'],
      ]);
      expect(rehearsed).toContainEqual(
        expect.objectContaining({ kind: 'wait', step: 'decision', winner: 'a score of 60' }),
      );
    },
    LONGEST_MS,
  );
});

describe('a rehearsal of the example cadence', () => {
  const order = { ...common, horizon: 'P8D', script: script.slice(0, 1) };
  let usual: Awaited<ReturnType<typeof rehearse>>;
  beforeAll(async () => {
    usual = await rehearse(baton, order);
  });

  it('takes days off that nobody has planned yet', async () => {
    // Four days after the case story it is Sunday; the window opens on Monday at 09:00 in Berlin.
    expect(touchesOf(usual.track)).toEqual([
      ['thanks', '2026-04-14T09:00'],
      // A day after the thank-you, and its own 28 s.
      ['case-story', '2026-04-15T09:01'],
      ['gateway-guide', '2026-04-20T07:00'],
    ]);
    const off = await rehearse(baton, { ...order, calendar: { holidays: ['2026-04-20'] } });
    expect(touchesOf(off.track).at(-1)).toEqual(['gateway-guide', '2026-04-21T07:00']);
  });

  it("keeps the organisation's days off", async () => {
    const { body } = await baton.call<Body>('GET', '/v1/organisation');
    const { updatedAt: _at, language: _none, ...settings } = body;
    const { key: accountableOwner } = settings['accountableOwner'] as { key: string };
    const put = (holidays: unknown) =>
      baton.call('PUT', '/v1/organisation', { ...settings, accountableOwner, holidays });
    expect((await put([{ date: '2026-04-20', name: 'Works outing' }])).status).toBe(200);
    try {
      const closed = await rehearse(baton, order);
      expect(touchesOf(closed.track).at(-1)).toEqual(['gateway-guide', '2026-04-21T07:00']);
    } finally {
      await put(settings['holidays']);
    }
  });

  it('shows what another version of the cadence changes, and nothing else', async () => {
    const file = join(EXAMPLES, 'cadences', 'trade-show-follow-up.yaml');
    const document = parse(
      readFileSync(file, 'utf8').replace('id: settle, wait: P4D', 'id: settle, wait: P1D'),
    ) as Body;
    const draft = await rehearse(baton, { ...order, cadence: { document } });
    expect(draft.leadId).toBe(usual.leadId);
    const changed = differences(usual.track, draft.track).map(([what, , detail, byMinutes]) => [
      what,
      detail,
      byMinutes,
    ]);
    // Monday 20 April 09:00 against Thursday 16 April 11:01.
    const earlier = -(4 * 1440 - 2 * 60 - 1);
    expect(changed).toEqual([
      ['left_only', 'Entered cadence trade-show-follow-up, version 1', 0],
      ['right_only', 'Entered cadence trade-show-follow-up, version 2', 0],
      ['left_only', 'Wait 4 days', 0],
      ['right_only', 'Wait 1 day', 0],
      // Sunday 19 April 11:01 against Thursday 16 April 11:01.
      ['moved', 'employees is at least 250 → gateway-guide', -3 * 1440],
      ['moved', 'Touch “gateway-guide” sent', earlier],
      ['moved', expect.stringMatching(/^Wait for .*, at most 21 days$/), earlier],
    ]);
  });

  it('copies the past of a real lead: its touch of the morning counts', async () => {
    const { lead } = await baton.app
      .get(LeadsService)
      .create(
        { ...profile, email: 'otto.real@rehearsal.example', consent: { basis: 'contract', at: START } },
        { personId: null },
        { clockOffsetMs: Date.parse(START) - Date.now() },
      );
    const clickedAt = '2026-04-14T12:30:40Z';
    const click = () =>
      baton.call('POST', '/v1/engagements', {
        ...{ source: 'live', eventId: `${lead.id}/click`, lead: { id: lead.id }, kind: 'email_click' },
        ...{ occurredAt: clickedAt, properties: { touch: 'thanks' } },
      });
    await baton.virtual.live(lead.id, Date.parse('2026-04-14T13:00:00Z'), [{ at: Date.parse(clickedAt), do: click }]);
    const before = await fingerprint();
    const steps = [
      { id: 'hello', email: { template: 'hello', from: 'brand' } },
      { id: 'faults', email: { template: 'three-faults', from: 'brand' } },
      { id: 'rest', wait: 'P7D' },
    ];
    const rules = {
      goal: 'qualified',
      priority: 99,
      window: 'any',
      spread: 'PT0S',
      minGap: 'PT0S',
      frequency: 'nurture',
    };
    const cadence = { document: { key: 'once-more', name: 'Once more', ...rules, steps } };
    const again = { cadence, lead: { profile }, startAt: '2026-04-14T13:10:00Z', horizon: 'P2D' };
    const real = await rehearse(baton, { ...again, lead: { id: lead.id } });
    const madeUp = await rehearse(baton, again);
    expect(await fingerprint()).toEqual(before);
    expect(real.leadId).toBe(lead.id);
    const shown = ({ track }: typeof real) =>
      track.filter(({ kind }) => kind === 'touch').map(({ at, detail }) => [at.slice(0, 16), detail]);
    expect(shown(madeUp)).toEqual([
      ['2026-04-14T13:10', 'Touch “hello” sent'],
      ['2026-04-14T13:10', 'Touch “three-faults” sent'],
    ]);
    // It had the thank-you this morning and the class allows two a day: the third goes at midnight in Berlin.
    expect(shown(real)).toEqual([
      ['2026-04-14T13:10', 'Touch “hello” sent'],
      ['2026-04-14T22:00', 'Touch “three-faults” sent'],
    ]);
    expect(real.track.find(({ kind }) => kind === 'enrollment')?.score).toBe(6);
  });
});

/** The same lead with the same facts, live: on the worker's own queue, told by the relay, through the API. */
async function live(leadId: string): Promise<readonly TrackEntry[]> {
  const consent = { basis: 'consent', at: START } as const;
  const clockOffsetMs = Date.parse(START) - Date.now();
  await baton.app.get(LeadsService).create({ ...profile, consent }, { personId: null }, { id: leadId, clockOffsetMs });
  const post = async (path: string, body: Body): Promise<void> => {
    const answer = await baton.call('POST', path, body);
    if (answer.status >= 300) throw new Error(`${path} answered ${answer.status}: ${answer.text}`);
  };
  const handoff = async (): Promise<{ id: string; assignee: string }> => {
    const [row] = await baton.dataSource.query<{ id: string; assignee: string }[]>(
      'select id, assignee_id as assignee from handoffs where lead_id = $1 order by no desc limit 1',
      [leadId],
    );
    if (!row) throw new Error('no handoff');
    return row;
  };
  const deeds = script.map(({ at, do: deed }, index) => ({
    at: Date.parse(at),
    do: async () => {
      if (deed === 'acknowledge') return post(`/v1/handoffs/${(await handoff()).id}/acknowledge-return`, {});
      if (typeof deed === 'object' && 'reject' in deed) {
        const { id, assignee } = await handoff();
        return post(`/v1/handoffs/${id}/reject`, { reason: deed.reject, by: assignee });
      }
      const { engagement, of, properties } = deed as { engagement: string; of?: string; properties?: Body };
      return post('/v1/engagements', {
        ...{ source: 'live', eventId: `${leadId}/${index}`, lead: { id: leadId }, kind: engagement, occurredAt: at },
        properties: { ...(of && { touch: of }), ...properties },
      });
    },
  }));
  await baton.virtual.live(leadId, UNTIL, deeds);
  return withCommandApp(baton.config, [TemporalModule.forRoot(), RehearsalTrackModule], (app) =>
    app.get(RehearsalTrackService).track(baton.dataSource.manager, { leadId, from: Date.parse(START), to: UNTIL }),
  );
}
