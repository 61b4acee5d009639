import type { PrepChecklist, PrepItem } from '../../../domain/handoff/prep/prep-policy.schema.js';
import { formatInstant } from '../../../domain/time/zone.js';
import { escapeHtml } from '../../common/escape-html.js';
import { prepButton, prepList } from './prep-items.js';

/** What a mail about a checklist tells. Instants are epoch milliseconds. */
export interface PrepMailFacts {
  readonly ordinal: number;
  readonly leadName: string | null;
  readonly repName: string;
  readonly organisation: string;
  readonly meetingAt: number | null;
  /** Of the lead. */
  readonly zone: string;
  readonly checklist: Pick<PrepChecklist, 'items'>;
  /** What is not ticked yet. */
  readonly open: readonly PrepItem[];
  readonly url: string;
}

const font = 'font:15px/1.5 Inter,Helvetica,Arial,sans-serif;color:#1b1c20';

/** Subject and body for the lead; values are escaped, the foot with the way out comes from the layout. */
export function wordPrepMail(facts: PrepMailFacts): { readonly subject: string; readonly html: string } {
  const { ordinal, leadName, repName, organisation, meetingAt, zone, checklist, open, url } = facts;
  const when = meetingAt === null ? null : formatInstant(meetingAt, zone);
  const count = open.length === 1 ? 'one thing' : `${open.length} things`;
  const subject =
    ordinal === 0
      ? `Before you meet ${repName}${when === null ? '' : `, ${when}`}`
      : `Still open before you meet ${repName}: ${count}`;
  const first = (leadName ?? '').trim().split(/\s+/)[0] ?? '';
  const lead =
    ordinal === 0 ? `${repName} of ${organisation} looks after you from now on` : `A short reminder from ${repName}`;
  const meets = when === null ? '' : `; you meet on ${when}`;
  const asked = ordinal === 0 ? checklist.items : open;
  return {
    subject,
    html: `<div style="max-width:560px;margin:0 auto;padding:24px;${font}">
<p style="margin:0 0 12px">Hello${first === '' ? '' : ` ${escapeHtml(first)}`},</p>
<p style="margin:0 0 12px">${escapeHtml(`${lead}${meets}. So that the time is worth it:`)}</p>
${prepList(asked)}
${prepButton(url)}
<p style="margin:0;color:#696c76;font-size:13px">Tick what is done there, and say what stands in the way: ${escapeHtml(repName)} sees it.</p></div>`,
  };
}
