// Too many mails of a cadence, or to one mail provider, fail: what is due then is held, told once, and goes on when a person
// releases it. Real clock, real SMTP: a breaker looks at the failures of a day.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { releasedInstant } from '../../domain/contactability/judge-breaker.js';
import { engage, newLead, type TestLead, uniqueWord } from '../support/lead-steps.js';
import { publishDocument } from '../support/publish-document.js';
import { mailbox, waitFor } from '../support/stack.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';

/** A breaker opens from twenty touches and five failures on, at a tenth. */
const ENOUGH = 20;
const FAILING = 5;

interface Breaker {
  readonly id: string;
  readonly scope: string;
  readonly key: string;
  readonly state: string;
  readonly touches: number;
  readonly failures: number;
  readonly held: number;
  readonly releasedAt: string | null;
}

let baton: TestBaton;
const refused = uniqueWord('refused');
beforeAll(async () => {
  baton = await startTestBaton();
  for (const name of ['brittle', 'sound', 'again', 'first', 'second', 'third']) {
    await publishDocument(baton, 'cadences', name, {
      name,
      entry: { field: 'source', op: '=', value: name },
      priority: 50,
      window: 'any',
      exits: ['replied'],
      steps: [
        { id: 'greet', email: { template: 'welcome' } },
        { id: 'rest', wait: 'P30D' },
      ],
    });
  }
  await mailbox.setFaults({ stage: 'rcpt', code: 550, count: 1_000, to: refused });
}, 120_000);
afterAll(async () => {
  await mailbox.clearFaults(refused);
  await baton.stop();
});

const leadAt = (source: string, domain: string, start = 'one'): Promise<TestLead> =>
  newLead(baton, source, { email: `${uniqueWord(start)}@${domain}` });
/** Each at a provider of its own, so that only the cadence has them in common. */
const apart = (source: string, start?: string): Promise<TestLead> =>
  leadAt(source, `${uniqueWord('at')}.example`, start);
const times = <T>(count: number, make: () => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, () => make()));

interface TouchRow {
  readonly state: string;
  readonly reason: string | null;
}

async function touchOf(lead: TestLead): Promise<TouchRow | undefined> {
  const [row] = await baton.dataSource.query<TouchRow[]>('select state, reason from touches where lead_id = $1', [
    lead.id,
  ]);
  return row;
}

const touchIs = (lead: TestLead, state: string, reason: string | null = null): Promise<boolean> =>
  waitFor(
    async () => {
      const row = await touchOf(lead);
      return row?.state === state && row.reason === reason;
    },
    { what: `the touch of ${lead.email} is ${state} (${reason})`, timeoutMs: 60_000 },
  );
const allAre = async (leads: readonly TestLead[], state: string, reason: string | null = null): Promise<void> => {
  for (const lead of leads) await touchIs(lead, state, reason);
};
const mailsTo = async (leads: readonly TestLead[]): Promise<number[]> =>
  Promise.all(leads.map(async ({ email }) => (await mailbox.messages({ to: email })).length));

async function breakers(query = ''): Promise<Breaker[]> {
  const { body } = await baton.call<{ items: Breaker[] }>('GET', `/v1/breakers${query}`);
  return body.items;
}
const openOne = async (scope: string, key: string): Promise<Breaker | undefined> =>
  (await breakers('?state=open')).find((one) => one.scope === scope && one.key === key);
const notices = async (about: string): Promise<number> =>
  (await mailbox.messages({ to: '@testwerk.example', subject: about })).length;

describe('a cadence of which too many mails fail', () => {
  it('holds what is due, tells it once, and goes on when a person says so', async () => {
    const sent = await times(ENOUGH - FAILING, () => apart('brittle'));
    await allAre(sent, 'sent');
    const early = await times(FAILING - 1, () => apart('brittle', refused));
    await allAre(early, 'skipped', 'refused_recipient');
    // Nineteen touches, four failures: nobody is held back.
    expect(await breakers()).toEqual([]);
    await allAre([await apart('brittle', refused)], 'skipped', 'refused_recipient');

    const held = await times(4, () => apart('brittle'));
    await allAre(held, 'held', 'breaker_cadence');
    const others = [await apart('sound')];
    await allAre(others, 'sent');
    const breaker = await openOne('cadence', 'brittle');
    expect(breaker).toMatchObject({ touches: ENOUGH, failures: FAILING, held: 4, releasedAt: null });
    await waitFor(async () => (await notices('too many of the cadence brittle failed')) > 0, { what: 'the notice' });
    const [first, , gone] = held as [TestLead, TestLead, TestLead, TestLead];
    const explained = await baton.call<{ sentence: string }>('GET', `/v1/leads/${first.id}/explain`);
    expect(explained.body.sentence).toContain('its touch is held: too many mails of this cadence failed');

    // A stop wins over whatever is held.
    await engage(baton, gone, 'unsubscribed');
    await waitFor(
      async () => {
        const [row] = await baton.dataSource.query<{ state: string }[]>(
          'select state from enrollments where lead_id = $1',
          [gone.id],
        );
        return row?.state === 'ended';
      },
      { what: 'the unsubscribed lead leaves the cadence' },
    );

    const path = `/v1/breakers/${breaker?.id}/release`;
    expect((await baton.call('POST', path, {}, { key: baton.keys.marketing })).status).toBe(403);
    const released = await baton.call<Breaker>('POST', path, { note: 'the list was cleaned' });
    expect(released).toMatchObject({ status: 200, body: { state: 'released', held: 3 } });
    const again = await baton.call<Breaker>('POST', path, {});
    expect(again).toMatchObject({ status: 200, body: released.body });

    const going = held.filter((lead) => lead !== gone);
    await allAre(going, 'sent');
    expect(await mailsTo([...going, gone])).toEqual([1, 1, 1, 0]);
    // Spread over a second for each that was held, from the release on.
    const from = Date.parse(released.body.releasedAt ?? '');
    const claims = await baton.dataSource.query<{ id: string; at: Date }[]>(
      'select lead_id as id, claimed_at as at from touches where lead_id = any($1) and claimed_at is not null',
      [held.map(({ id }) => id)],
    );
    expect(claims).toHaveLength(3);
    expect(claims.filter(({ id, at }) => at.getTime() < releasedInstant(id, { at: from, held: 3 }))).toEqual([]);

    // What failed before counts no more.
    await allAre([await apart('brittle', refused)], 'skipped', 'refused_recipient');
    await allAre([await apart('brittle')], 'sent');
    expect(await breakers('?state=open')).toEqual([]);
    expect(await notices('too many of the cadence brittle failed')).toBe(1);
    const audit = await baton.dataSource.query<{ note: string; data: object }[]>(
      `select note, data from audit_entries where action = 'breaker.release'`,
    );
    expect(audit).toEqual([{ note: 'the list was cleaned', data: { scope: 'cadence', key: 'brittle', held: 3 } }]);
  }, 180_000);
});

describe('a mail provider whose mails come back', () => {
  it('holds what is due to it, whatever the cadence, and nothing else', async () => {
    const provider = `${uniqueWord('provider')}.example`;
    const [one, two] = [
      await times(ENOUGH / 2, () => leadAt('first', provider)),
      await times(ENOUGH / 2, () => leadAt('second', provider)),
    ];
    await allAre([...one, ...two], 'sent');
    // Neither cadence by itself has failed enough.
    for (const lead of [...one.slice(0, 3), ...two.slice(0, 1)]) await engage(baton, lead, 'bounced');
    await allAre([await leadAt('third', provider)], 'sent');
    for (const lead of two.slice(1, 2)) await engage(baton, lead, 'complained');

    const held = await times(3, () => leadAt('third', provider.toUpperCase()));
    await allAre(held, 'held', 'breaker_provider');
    await allAre([await apart('third'), await apart('first')], 'sent');
    const breaker = await openOne('provider', provider);
    expect(breaker).toMatchObject({ touches: ENOUGH + 1, failures: FAILING, held: 3 });
    await waitFor(async () => (await notices(`to addresses at ${provider} failed`)) > 0, { what: 'the notice' });

    // A worker that dies right after the release: another one finds what was held.
    await baton.stopWorker();
    expect((await baton.call('POST', `/v1/breakers/${breaker?.id}/release`, {})).status).toBe(200);
    await baton.startWorker();
    await allAre(held, 'sent');
    expect(await mailsTo(held)).toEqual([1, 1, 1]);
    expect(await notices(`to addresses at ${provider} failed`)).toBe(1);
  }, 180_000);
});

describe('a touch that a breaker holds a second time', () => {
  it('is told a second time', async () => {
    const filler = await times(ENOUGH - FAILING, () => apart('again'));
    const failing = await times(FAILING, () => apart('again', refused));
    await allAre(filler, 'sent');
    await allAre(failing, 'skipped', 'refused_recipient');
    const held = await apart('again');
    await allAre([held], 'held', 'breaker_cadence');
    const told = 'too many of the cadence again failed';
    await waitFor(async () => (await notices(told)) === 1, { what: 'the first notice' });
    // While nobody looks, what was released fails again.
    await baton.stopWorker();
    const breaker = await openOne('cadence', 'again');
    await baton.call('POST', `/v1/breakers/${breaker?.id}/release`, {});
    await baton.dataSource.query(
      `update touches set claimed_at = now() + interval '1 second', finished_at = now() + interval '1 second'
        where lead_id = any($1)`,
      [[...filler, ...failing].map(({ id }) => id)],
    );
    await baton.startWorker();
    await waitFor(async () => (await notices(told)) === 2, { what: 'the second notice', timeoutMs: 30_000 });
    expect(await openOne('cadence', 'again')).toMatchObject({ failures: FAILING, held: 1 });
  }, 120_000);
});

describe('the list of breakers', () => {
  it('goes page by page, and knows what is not there', async () => {
    const all = await breakers();
    expect(all.map(({ scope, state }) => `${scope} ${state}`)).toEqual([
      'cadence open',
      'cadence released',
      'provider released',
      'cadence released',
    ]);
    const { body: page } = await baton.call<{ items: Breaker[]; nextCursor: string }>('GET', '/v1/breakers?limit=2');
    const { body: next } = await baton.call<{ items: Breaker[] }>(
      'GET',
      `/v1/breakers?limit=2&cursor=${encodeURIComponent(page.nextCursor)}`,
    );
    expect([...page.items, ...next.items]).toEqual(all);
    expect(
      (await baton.call('POST', `/v1/breakers/${all[0]?.id?.replace(/^.{8}/, '00000000')}/release`, {})).status,
    ).toBe(404);
    expect((await baton.call('GET', '/v1/breakers?state=shut')).status).toBe(422);
  });
});
