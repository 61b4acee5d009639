import type { LinkSigner } from '../../integrations/mail/link-signer.js';
import type { PrepRow } from './prep.read-model.js';

/** The page is open for so long after its last mail; the way out of mails far longer (promise A8). */
const PAGE_LIFETIME_MS = 90 * 86_400_000;

/** Address of the page of a checklist. `wallNow`: links are opened by people, whatever the lead's clock says. */
export function prepUrl(
  signer: LinkSigner,
  baseUrl: string,
  { handoffId, leadId }: Pick<PrepRow, 'handoffId' | 'leadId'>,
  wallNow: number,
): string {
  return `${baseUrl}/p/${signer.sign('prep', [handoffId, leadId], wallNow + PAGE_LIFETIME_MS)}`;
}
