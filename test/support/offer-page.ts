import { LinkSigner } from '../../src/integrations/mail/link-signer.js';
import type { TestHandoff } from './lead-steps.js';
import type { Answer, TestBaton } from './test-baton.js';

const HOUR = 3_600_000;
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** The page behind a link of the offer mail, as its rep opens and uses it. */
export class OfferPage {
  private readonly path: string;

  constructor(
    private readonly baton: TestBaton,
    { id, assigneeId }: TestHandoff,
  ) {
    const signer = baton.app.get(LinkSigner, { strict: false });
    this.path = `/l/${signer.sign('decide', [id, assigneeId], Date.now() + HOUR)}`;
  }

  open(): Promise<Answer> {
    return this.baton.call('GET', this.path, undefined, { key: '' });
  }

  /** Opens it and presses the button of that value, whether it is still shown or was a moment ago. */
  async press(choice: string): Promise<Answer> {
    const page = await this.open();
    const nonce = /name="nonce" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
    const [cookie = ''] = [page.headers['set-cookie']].flat().join(';').split(';');
    const form = new URLSearchParams({ nonce, choice }).toString();
    return this.baton.call('POST', this.path, form, { key: '', headers: { ...FORM, cookie } });
  }
}
