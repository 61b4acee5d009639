// The page both teams sign: what is in force now, and what a handoff fell under whatever is published later.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DocumentEditingService } from '../../src/documents/document-editing.service.js';
import { DocumentSignaturesService } from '../../src/documents/document-signatures.service.js';
import { HandoffsService } from '../../src/handoffs/handoffs.service.js';
import { LinkSigner } from '../../src/integrations/mail/link-signer.js';
import { DocumentsService } from '../../src/documents/documents.service.js';
import { type SalesApp, startSalesApp } from '../support/sales-app.js';

let app: SalesApp;
let sales: string;

beforeAll(async () => {
  app = await startSalesApp();
  sales = await app.keyOf(app.workspace.people.jonas, 'sales');
  await app.dataSource.query(`update people set roles = roles || '{approver}'::text[] where key in ('ines', 'amara')`);
});

afterAll(async () => {
  await app.close();
});

const page = (path: string, format = 'json') => app.call('GET', `${path}/document?format=${format}`, { key: sales });

const DEFINITION = {
  key: 'signed',
  rank: 20,
  mandatory: ['email'],
  rules: [{ id: 'asked-for-us', when: { field: 'hand_raise', op: 'exists' } }],
};

/** Drafts, signs as both approvers, publishes. */
async function publishSigned(body: object): Promise<string> {
  const editing = app.app.get(DocumentEditingService, { strict: false });
  const signatures = app.app.get(DocumentSignaturesService, { strict: false });
  const { ines, amara } = app.workspace.people;
  const id = await app.dataSource.transaction(async (manager) => {
    const change = { actorId: ines, now: new Date() };
    const draft = await editing.saveDraft(manager, { kind: 'definition', key: 'signed' }, body, change);
    await signatures.sign(manager, draft, 'marketing', { actorId: ines, now: new Date('2026-04-20T14:12:00Z') });
    await signatures.sign(manager, draft, 'sales', { actorId: amara, now: new Date('2026-04-21T06:00:00Z') });
    return (await editing.publish(manager, 'definition', 'signed', change)).id;
  });
  for (const kind of ['definition', 'sla'] as const) app.app.get(DocumentsService, { strict: false }).forget(kind);
  return id;
}

async function offer(definitionVersionId: string): Promise<string> {
  const lead = await app.workspace.lead({ state: 'qualified' });
  const outcome = await app.app.get(HandoffsService, { strict: false }).openHandoff({
    ...{ leadId: lead.id, no: 1, qualifiedBy: 'definition', ruleId: 'asked-for-us', definitionVersionId },
    ...{ qualifiedAt: Date.now(), now: Date.now() },
  });
  if (outcome.result !== 'offered') throw new Error(`not offered: ${outcome.why}`);
  return outcome.handoffId;
}

describe('the page both teams sign', () => {
  it('stays with the handoff when everything about it changes', async () => {
    const handoffId = await offer(await publishSigned(DEFINITION));
    const before = await page(`/v1/handoffs/${handoffId}`, 'markdown');
    expect(before.status).toBe(200);
    expect(before.headers['content-type']).toBe('text/markdown; charset=utf-8');
    expect(before.text).toContain('**Asked for us:** any hand-raise');
    expect(before.text).toContain('- For marketing: **Ines Okafor**, Mon 20 Apr 2026, 16:12 CEST');
    expect(before.text).toContain('- For sales: **Amara Diallo**, Tue 21 Apr 2026, 08:00 CEST');
    expect(before.text).toContain('within 4 hours');
    expect((await page('/v1/definitions/signed', 'markdown')).text).toBe(before.text);

    await publishSigned({ ...DEFINITION, rules: [{ id: 'scored', when: { field: 'score', op: '>=', value: 5 } }] });
    await app.workspace.publish('sla', 'default', {
      accept: { within: 'PT1H' },
      firstTouch: { within: 'PT1H' },
      acknowledge: { within: 'PT1H' },
      grace: 'P1D',
    });
    app.app.get(DocumentsService, { strict: false }).forget('sla');
    expect((await page(`/v1/handoffs/${handoffId}`, 'markdown')).text).toBe(before.text);
    const now = (await page('/v1/definitions/signed', 'markdown')).text;
    expect(now).toContain('**Scored:** score is at least 5');
    expect(now).toContain('within 1 hour.');
  });

  it('is the same behind the link of the offer mail, as a page without script', async () => {
    const handoffId = await offer(await publishSigned(DEFINITION));
    const api = await page(`/v1/handoffs/${handoffId}`, 'html');
    expect(api.text).toContain('<b>Asked for us:</b> any hand-raise');
    expect(api.text).not.toContain('<script');
    const { assigneeId } = (
      await app.dataSource.query<{ assigneeId: string }[]>(
        'select assignee_id as "assigneeId" from handoffs where id = $1',
        [handoffId],
      )
    )[0] ?? { assigneeId: '' };
    const signer = app.app.get(LinkSigner, { strict: false });
    const path = `/l/${signer.sign('decide', [handoffId, assigneeId], Date.now() + 3_600_000)}`;
    const linked = await app.call('GET', `${path}/document`);
    expect(linked.text).toBe(api.text);
    expect(linked.headers).toMatchObject({ 'cache-control': 'no-store', 'x-robots-tag': 'noindex, nofollow' });
    expect((await app.call('GET', path)).text).toContain(`href="${path}/document"`);
    expect((await app.call('GET', `${path.slice(0, -2)}/document`)).status).toBe(404);
  });

  it('refuses formats it has not, and knows what is not there', async () => {
    const wrong = await page('/v1/definitions/signed', 'pdf');
    expect(wrong.status).toBe(422);
    expect(wrong.json()).toMatchObject({ errors: [{ path: 'format', message: '`format` is json, html or markdown' }] });
    expect((await page('/v1/definitions/nobody')).status).toBe(404);
    const byPerson = await app.workspace.handoff((await app.workspace.lead({ state: 'offered' })).id);
    expect((await page(`/v1/handoffs/${byPerson}`)).json()).toMatchObject({
      detail: 'This handoff fell under no definition.',
    });
  });
});
