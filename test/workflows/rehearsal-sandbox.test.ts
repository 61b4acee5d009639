import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RehearsalAnswer } from '../../src/rehearsals/rehearsals.schema.js';
import { publishDocument } from '../support/publish-document.js';
import { endOfRehearsal, orderRehearsal, rehearse, sandboxesOf, touchesOf } from '../support/rehearsals.js';
import { mailbox, waitFor } from '../support/stack.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';
import { startWorkerProcess } from '../support/worker-process.js';

/** A Sunday; the cadence `walk` writes on weekdays from 09:00 in the lead's zone. */
const START = '2026-03-01T10:00:00Z';
const profile = { company: 'Walk Ltd', country: 'DE', timeZone: 'Europe/Berlin', source: 'walk' };
const order = { cadence: { key: 'walk' }, lead: { profile }, startAt: START, horizon: 'P60D' };

interface Problem {
  readonly errors: readonly { readonly path: string; readonly code: string }[];
}

let baton: TestBaton;
beforeAll(async () => {
  baton = await startTestBaton();
});
afterAll(() => baton.stop());

const wrongOf = async (more: Record<string, unknown>): Promise<string[]> => {
  const { status, body } = await baton.call<Problem>('POST', '/v1/rehearsals', { ...order, ...more });
  expect(status).toBe(422);
  return body.errors.map(({ path, code }) => `${path} ${code}`);
};

describe('the script of a rehearsal', () => {
  it('answers relative to touches, handoffs and returns, through every custody', async () => {
    const script = [
      { after: { touch: 'guide', delay: 'PT30M' }, do: { engagement: 'webinar_registered', of: 'guide' } },
      { after: { touch: 'story', delay: 'PT1H' }, do: { engagement: 'demo_request', purpose: 'A demo for our pumps' } },
      { after: { handoff: 1, delay: 'PT45M' }, do: { reject: 'premature', note: 'They wait for a budget' } },
      { after: { return: 1, delay: 'PT1H' }, do: 'acknowledge' },
      { at: '2026-04-20T10:00:00Z', do: { offer: 'Asked at the booth' } },
      { after: { handoff: 2, delay: 'PT5M' }, do: 'accept' },
      { after: { handoff: 2, delay: 'PT2H' }, do: { firstTouch: 'reached' } },
      { after: { handoff: 2, delay: 'PT3H' }, do: { outcome: 'won', value: { amount: '12000.00', currency: 'EUR' } } },
    ];
    const { track } = await rehearse(baton, { ...order, script });
    expect(touchesOf(track)).toEqual([
      // Monday 09:00 CET; seven calendar days later; 30 minutes after that somebody registers.
      ['welcome', '2026-03-02T08:00'],
      ['guide', '2026-03-09T08:00'],
      ['story', '2026-03-09T08:30'],
      // It resumes after the return: three weeks end on Monday 30 March, the weekend night opens on Saturday 22:00 CEST.
      ['late', '2026-04-04T20:00'],
      // Fourteen days later Germany is sent out, and the cadence for everybody takes it; nobody answers within 6 s.
      ['welcome', '2026-04-18T20:00'],
      ['reminder', '2026-04-18T20:00'],
    ]);
    const told = track.filter(({ kind }) => kind === 'state').map(({ at, detail }) => [at.slice(0, 16), detail]);
    expect(told).toEqual([
      ['2026-03-01T10:00', 'Raw → nurturing: checks passed'],
      ['2026-03-09T09:30', 'Nurturing → qualified: hand raise'],
      ['2026-03-09T09:30', 'Qualified → offered: packet and rep there'],
      ['2026-03-09T10:15', 'Offered → returning: rejected'],
      ['2026-03-09T11:15', 'Returning → nurturing: acknowledged'],
      ['2026-04-20T10:00', 'Nurturing → qualified: pushed by person'],
      ['2026-04-20T10:00', 'Qualified → offered: packet and rep there'],
      ['2026-04-20T10:05', 'Offered → accepted: accepted'],
      ['2026-04-20T12:00', 'Accepted → working: first touch'],
      ['2026-04-20T13:00', 'Working → won: won'],
    ]);
    const waits = track.filter(({ kind, winner }) => kind === 'wait' && winner !== undefined);
    expect(waits.map(({ step, winner, localAt }) => [step, winner, localAt.slice(0, 16)])).toEqual([
      ['response', 'webinar registered', '2026-03-09T09:30'],
      ['response', 'timeout', '2026-04-18T22:00'],
    ]);
    expect(await mailbox.messages({ subject: 'Walk Ltd' })).toEqual([]);
  });

  it('says in the track what did not apply', async () => {
    const script = [
      { at: '2026-03-02T12:00:00Z', do: 'accept' },
      { at: '2026-03-03T12:00:00Z', do: { engagement: 'moon_landing' } },
    ];
    const { track } = await rehearse(baton, { ...order, horizon: 'P4D', script });
    expect(track.filter(({ kind }) => kind === 'script').map(({ at, detail }) => [at, detail])).toEqual([
      ['2026-03-02T12:00:00.000Z', 'accept did not apply: Sales has not been offered this lead.'],
      ['2026-03-03T12:00:00.000Z', expect.stringMatching(/^engagement did not apply: .*no engagement of this kind/)],
    ]);
  });

  it('is refused with everything that is wrong in it', async () => {
    const script = [
      { at: '2026-08-01T00:00:00Z', do: 'accept' },
      { after: { touch: 'nowhere' }, do: { engagement: 'email_click', of: 'neither' } },
    ];
    expect(await wrongOf({ script })).toEqual([
      ...['script.0.at outside', 'script.1.after.touch unknown_touch', 'script.1.do.of unknown_touch'],
    ]);
  });
});

describe('an air cover', () => {
  beforeAll(() =>
    publishDocument(baton, 'cadences', 'beside', {
      name: 'Beside sales',
      phase: 'air_cover',
      window: 'any',
      steps: [
        { id: 'beside', email: { template: 'american' } },
        { id: 'rest', wait: 'PT3H' },
        { id: 'later', email: { template: 'last' } },
      ],
    }),
  );
  const raised = { at: '2026-03-02T10:00:00Z', do: { engagement: 'demo_request' } };
  const accepted = { after: { handoff: 1, delay: 'PT5M' }, do: 'accept' };

  it('writes in a rehearsal from the acceptance on, and no more once it is stopped', async () => {
    const script = [raised, accepted, { after: { touch: 'beside', delay: 'PT1H' }, do: 'stop_air_cover' }];
    const { track } = await rehearse(baton, { ...order, horizon: 'P3D', script });
    // Accepted at 10:05, and nobody can undo that after 10:10.
    expect(touchesOf(track)).toEqual([
      ['welcome', '2026-03-02T08:00'],
      ['beside', '2026-03-02T10:10'],
    ]);
    expect(
      track.filter(({ kind }) => kind === 'exit').map(({ at, detail }) => [at.slice(0, 16), detail]),
    ).toContainEqual([...['2026-03-02T11:10', expect.stringContaining('stopped by sales')]]);
  });

  it('is not rehearsed by itself: nothing leads to it but an acceptance', async () => {
    expect(await wrongOf({ cadence: { key: 'beside' } })).toEqual(['cadence air_cover']);
  });
});

describe('a rehearsal', () => {
  it('is refused for a lead, cadence, version or template that is not there', async () => {
    const steps = [{ id: 'hello', email: { template: 'unwritten' } }];
    const document = { key: 'draft', name: 'Draft', goal: 'qualified', priority: 1, window: 'any', steps };
    const nobody = '0190a5a0-0000-7000-8000-00000000000f';
    expect(await wrongOf({ lead: { id: nobody }, cadence: { key: 'nowhere' } })).toEqual([
      ...['cadence.key unknown_cadence', 'lead.id unknown_lead'],
    ]);
    expect(await wrongOf({ cadence: { key: 'walk', version: 7 } })).toEqual(['cadence.version unknown_version']);
    expect(await wrongOf({ cadence: { document } })).toContain(
      'cadence.document.steps.0.email.template unknown_template',
    );
    expect(await wrongOf({ lead: { profile: { ...profile, campaign: 'none' } } })).toEqual([
      'lead.profile.campaign unknown_campaign',
    ]);
    expect(await wrongOf({ horizon: 'P500D' })).toEqual([expect.stringMatching(/^horizon /)]);
    expect((await wrongOf({ horizon: 'a while' })).every((error) => error.startsWith('horizon '))).toBe(true);
    expect((await baton.call('GET', `/v1/rehearsals/${nobody}`)).status).toBe(404);
  });

  it('is not for sales', async () => {
    expect((await baton.call('POST', '/v1/rehearsals', order, { key: baton.keys.sales })).status).toBe(403);
  });

  it('goes with the lead that is erased, whether copied or only called by its address', async () => {
    const created = await baton.call<{ lead: { id: string } }>('POST', '/v1/leads', {
      ...{ ...profile, email: 'gone@walk.example', name: 'Greta Gone' },
      consent: { basis: 'contract', at: '2026-01-01T00:00:00Z' },
    });
    const { id } = created.body.lead;
    const short = { ...order, horizon: 'P1D' };
    const copied = await orderRehearsal(baton, { ...short, lead: { id } });
    const called = await orderRehearsal(baton, {
      ...short,
      lead: { profile: { ...profile, email: 'Gone@walk.example' } },
    });
    const other = await orderRehearsal(baton, short);
    for (const one of [copied, called, other]) expect((await endOfRehearsal(baton, one.id)).state).toBe('done');
    expect((await baton.call('POST', `/v1/leads/${id}/erase`)).status).toBe(200);
    const statuses = [];
    for (const one of [copied, called, other]) {
      statuses.push((await baton.call('GET', `/v1/rehearsals/${one.id}`)).status);
    }
    expect(statuses).toEqual([404, 404, 200]);
  });

  it('whose worker is killed is interrupted for everybody to see, leaves nothing, and can be asked for again', async () => {
    await baton.stopWorker();
    const worker = await startWorkerProcess(baton);
    const long = { ...order, cadence: { key: 'loop' }, horizon: 'P400D' };
    const { id, lead } = await orderRehearsal(baton, long);
    const look = async (): Promise<RehearsalAnswer> =>
      (await baton.call<RehearsalAnswer>('GET', `/v1/rehearsals/${id}`)).body;
    await waitFor(async () => (await look()).progress, { what: 'the rehearsal gets going', timeoutMs: 30_000 });
    await worker.kill();
    const seen = await waitFor(
      async () => {
        const now = await look();
        return now.state === 'failed' ? now : undefined;
      },
      { what: 'the rehearsal is interrupted' },
    );
    expect(seen).toMatchObject({ track: null, failure: { code: 'interrupted' } });
    expect(await sandboxesOf(baton)).toHaveLength(1);
    await baton.startWorker();
    await waitFor(async () => (await sandboxesOf(baton)).length === 0, { what: 'the sandbox is cleared' });
    const workflow = await baton.client.workflow.getHandle(`rehearsal/${id}/lead/${lead.id}`).describe();
    expect(workflow.status.name).toBe('TERMINATED');
    const again = await rehearse(baton, { ...order, horizon: 'P4D' });
    expect(touchesOf(again.track)).toEqual([['welcome', '2026-03-02T08:00']]);
  });
});
