import { LinkSigner } from '../../src/integrations/mail/link-signer.js';
import type { TestHandoff, TestLead } from './lead-steps.js';
import type { Answer, TestBaton } from './test-baton.js';

const HOUR = 3_600_000;
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** A page behind a signed link of a mail, as whoever got the mail opens and uses it. */
export interface SignedPage {
  open(): Promise<Answer>;
  /** Opens it and sends its form, whatever the page has shown. */
  send(form: Readonly<Record<string, string>>): Promise<Answer>;
}

/** The page of an offer; its buttons are values of `choice`. */
export const offerPage = (baton: TestBaton, { id, assigneeId }: TestHandoff): SignedPage =>
  pageAt(baton, `/l/${sign(baton, 'decide', [id, assigneeId])}`);

/** The page of the lead's checklist. */
export const prepPage = (baton: TestBaton, { id }: TestHandoff, lead: TestLead): SignedPage =>
  pageAt(baton, `/p/${sign(baton, 'prep', [id, lead.id])}`);

const sign = (baton: TestBaton, purpose: 'decide' | 'prep', ids: string[]): string =>
  baton.app.get(LinkSigner, { strict: false }).sign(purpose, ids, Date.now() + HOUR);

function pageAt(baton: TestBaton, path: string): SignedPage {
  const open = (): Promise<Answer> => baton.call('GET', path, undefined, { key: '' });
  return {
    open,
    async send(form) {
      const page = await open();
      const nonce = /name="nonce" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
      const [cookie = ''] = [page.headers['set-cookie']].flat().join(';').split(';');
      const body = new URLSearchParams({ nonce, ...form }).toString();
      return baton.call('POST', path, body, { key: '', headers: { ...FORM, cookie } });
    },
  };
}
