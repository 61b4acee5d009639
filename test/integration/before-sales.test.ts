// From a lead that marketing warms to the offer: what keeps it back, who sees it meanwhile, and how a push is counted.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newLead, noticesAbout, offerOf, type TestLead } from '../support/lead-steps.js';
import { valueOf } from '../support/metrics.js';
import { waitFor } from '../support/stack.js';
import { startTestBaton, type TestBaton } from '../support/test-baton.js';

interface Todo {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly text: string;
  readonly missing: readonly string[];
  readonly handoffNo: number | null;
  readonly person: { readonly name: string };
  readonly cadence: string | null;
  readonly endedAt: string | null;
}
interface Listed {
  readonly items: readonly { readonly id: string; readonly email: string }[];
}

const RAISED = { handRaise: { kind: 'demo_request', purpose: 'a visit' } };

let baton: TestBaton;
let rita: string;
beforeAll(async () => {
  baton = await startTestBaton();
  rita = await baton.keyOf('rita-rep', 'sales');
});
afterAll(() => baton.stop());

const patch = async (lead: TestLead, body: object, key = baton.keys.marketing) =>
  baton.call<{ detail: string }>('PATCH', `/v1/leads/${lead.id}`, body, { key });

/** To-dos of the marketer about the lead. */
async function todosOf(lead: TestLead, state = 'open'): Promise<readonly Todo[]> {
  const path = `/v1/todos?leadId=${lead.id}&state=${state}`;
  return (await baton.call<{ items: Todo[] }>('GET', path, undefined, { key: baton.keys.marketing })).body.items;
}

const asked = (lead: TestLead, missing: readonly string[]) =>
  waitFor(async () => (await todosOf(lead)).find((todo) => todo.missing.join() === missing.join()), {
    what: `marketing is asked for ${missing.join()}`,
    timeoutMs: 30_000,
  });

describe('a qualified lead that lacks a mandatory field', () => {
  it('is a to-do of its marketing person, and is offered by itself when the field is filled', async () => {
    const lead = await newLead(baton, 'patient', { ...RAISED, country: undefined, company: undefined });
    await baton.inState(lead.id, 'qualified');
    const todo = await asked(lead, ['company', 'country']);
    expect(todo).toMatchObject({
      ...{ kind: 'missing_fields', handoffNo: 1, cadence: null, person: { name: 'Mara Marketer' } },
      text: 'Add to the lead: company, country. It is offered to sales by itself as soon as this is known.',
    });
    const done = await baton.call<{ detail: string }>('POST', `/v1/todos/${todo.id}/done`, { disposition: 'filled' });
    expect([done.status, done.body.detail]).toEqual([409, expect.stringContaining(`PATCH /v1/leads/${lead.id}`)]);

    expect((await patch(lead, { company: lead.company })).status).toBe(200);
    expect((await asked(lead, ['country'])).id).toBe(todo.id);
    expect(await baton.inState(lead.id, 'qualified')).toBe('qualified');
    expect((await patch(lead, { country: 'DE' })).status).toBe(200);
    expect(await offerOf(baton, lead)).toMatchObject({ no: 1, state: 'offered' });
    expect(await todosOf(lead)).toEqual([]);
    const [ended] = await todosOf(lead, 'done');
    expect(ended).toMatchObject({ id: todo.id, endedAt: expect.any(String) });
    expect(await noticesAbout(lead, 'New lead')).toHaveLength(1);
  });

  it('asks nobody any more once marketing takes it back', async () => {
    const lead = await newLead(baton, 'patient', { ...RAISED, country: undefined });
    await asked(lead, ['country']);
    expect((await baton.call('POST', `/v1/leads/${lead.id}/withdraw`)).status).toBe(200);
    await baton.inState(lead.id, 'nurturing');
    await waitFor(async () => (await todosOf(lead, 'withdrawn')).length === 1, { what: 'the to-do falls away' });
    expect(await todosOf(lead)).toEqual([]);
  });
});

describe('a lead that is not qualified', () => {
  const listed = async (query: string, key: string): Promise<string[]> => {
    const { body } = await baton.call<Listed>('GET', `/v1/leads?limit=200${query}`, undefined, { key });
    return body.items.map(({ id }) => id);
  };

  it('is in no list of sales, is found by search, and cannot be changed from there', async () => {
    const warming = await newLead(baton, 'patient');
    await baton.inState(warming.id, 'nurturing');
    const offered = await newLead(baton, 'patient', RAISED);
    await offerOf(baton, offered);

    const queue = await listed('', rita);
    expect([queue.includes(offered.id), queue.includes(warming.id)]).toEqual([true, false]);
    expect(await listed('&state=nurturing', rita)).toEqual([]);
    expect(await listed(`&q=${warming.company.replaceAll(' ', '%20')}`, rita)).toEqual([warming.id]);
    expect(await listed('', baton.keys.marketing)).toEqual(expect.arrayContaining([offered.id, warming.id]));

    const seen = await baton.call<{ email: string }>('GET', `/v1/leads/${warming.id}`, undefined, { key: rita });
    expect([seen.status, seen.body.email === warming.email]).toEqual([200, false]);
    const refused = await patch(warming, { title: 'Buyer' }, rita);
    expect([refused.status, refused.body.detail]).toEqual([403, expect.stringContaining('marketing')]);
    const orders = ['offer', 'withdraw', 'enroll', 'pause', 'resume', 'remove-from-cadence', 'disqualify', 'reopen'];
    for (const order of [...orders, 'erase']) {
      const answer = await baton.call<{ detail: string }>(
        'POST',
        `/v1/leads/${warming.id}/${order}`,
        {},
        { key: rita },
      );
      expect([order, answer.status, answer.body.detail]).toEqual([order, 403, expect.stringContaining('marketing')]);
    }
  });

  it('is pushed with a reason only, and counted apart from those that qualified', async () => {
    const lead = await newLead(baton, 'patient');
    await baton.inState(lead.id, 'nurturing');
    const count = async (by: string) =>
      valueOf((await baton.call('GET', '/metrics')).text, `baton_handoffs{qualified_by="${by}"}`);
    const before = await waitFor(
      async () => ((await count('definition')) === 2 ? await count('person') : undefined) === 0,
      {
        what: 'the two handoffs before this are counted',
        timeoutMs: 30_000,
      },
    );
    expect(before).toBe(true);
    const silent = await baton.call<{ errors: { path: string }[] }>('POST', `/v1/leads/${lead.id}/offer`, {});
    expect([silent.status, silent.body.errors[0]?.path]).toEqual([422, 'reason']);
    const body = { reason: 'Met the buyer at dinner' };
    expect((await baton.call('POST', `/v1/leads/${lead.id}/offer`, body)).status).toBe(200);
    const handoff = await offerOf(baton, lead);
    const { body: shown } = await baton.call('GET', `/v1/handoffs/${handoff.id}`);
    expect(shown).toMatchObject({ qualifiedBy: 'person' });
    await waitFor(async () => (await count('person')) === 1, { what: 'the push is counted', timeoutMs: 30_000 });
    expect(await count('definition')).toBe(2);
    expect(await count('step')).toBe(0);
  });
});
