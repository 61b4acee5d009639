import { maskPacket } from '../../domain/handoff/build-packet.js';
import { formatInstant } from '../../domain/time/zone.js';
import { escapeHtml } from '../common/escape-html.js';
import type { AirCover } from './air-cover/air-cover.read-model.js';
import { airCoverPart } from './air-cover/air-cover.view.js';
import { attemptsMade } from './playbook/attempts.view.js';
import type { PlaybookView } from './playbook/playbook.service.js';
import { prepAnswers } from './prep/prep-answers.view.js';
import type { Prep } from './prep/prep.service.js';
import {
  acceptPageDocument,
  banner,
  clockBar,
  packetDetails,
  packetSummary,
  type PageReader,
  reachLinks,
} from './accept-page.parts.js';
import { revealsReach, undoableUntil } from './handoff.presenter.js';
import type { HandoffView } from './handoffs.read-model.js';

export interface PageSources {
  readonly reader: PageReader & { readonly personId: string };
  readonly view: HandoffView;
  /** On the lead's clock. */
  readonly now: number;
  readonly nonce: string;
  /** Address of this very page, without a query. */
  readonly path: string;
  readonly after?: AfterAcceptance | undefined;
  /** What went wrong with the last press of a button. */
  readonly message: string | null;
  /** The form as it was sent then: nobody has to write their words again. */
  readonly typed?: Readonly<Record<string, unknown>> | undefined;
}

/** What came after an acceptance. */
export interface AfterAcceptance {
  readonly prep?: Prep | undefined;
  readonly playbook?: PlaybookView | undefined;
  readonly cover?: AirCover | undefined;
}

/** A rejection reason and what follows from it. */
export interface ReasonChoice {
  readonly code: string;
  readonly label: string;
  readonly consequence: string;
  readonly needsNote: boolean;
}

const FOOT = '<p class="foot">Opening this page decided nothing. Only these buttons do.</p>';

const hiddenNonce = (nonce: string): string => `<input type="hidden" name="nonce" value="${escapeHtml(nonce)}">`;

const openForm = ({ path, nonce }: Pick<PageSources, 'path' | 'nonce'>): string =>
  `<form method="post" action="${escapeHtml(path)}">${hiddenNonce(nonce)}`;

/** Do I take this lead? Each button carries its own value; nothing in the form says yes by itself. */
export function offerPage(sources: PageSources): string {
  const { reader, view, now, path, message } = sources;
  const packet = maskPacket(view.packet);
  const body = `${banner(message)}${clockBar(view.acceptDueAt?.getTime() ?? null, now, reader.zone)}
<main>${packetSummary(packet, reader.zone)}
${packetDetails(packet, view.routing.sentence ?? '', reader.zone)}${signedPage(view, path)}</main>
<div class="bar">${openForm(sources)}
<p id="promise">I take it, first contact:</p>
<div class="three" role="group" aria-labelledby="promise">
<button name="choice" value="today">today</button>
<button name="choice" value="tomorrow">tomorrow</button>
<button name="choice" value="this_week">this week</button>
</div></form>
<a class="button second" href="${escapeHtml(path)}?reject">Reject, with a reason</a>${FOOT}</div>`;
  return acceptPageDocument(packet.whyNow, reader, body);
}

/** The way to what both teams have signed about it. */
const signedPage = ({ versions }: HandoffView, path: string): string =>
  versions['definition'] === undefined
    ? ''
    : `<p><a href="${escapeHtml(path)}/document">What both teams have agreed</a></p>`;

/** Why does the lead come back? No reason is chosen beforehand, and the button alone decides nothing. */
export function rejectPage(sources: PageSources, reasons: readonly ReasonChoice[]): string {
  const { reader, view, now, nonce, path, message, typed = {} } = sources;
  const words = (field: string): string => escapeHtml(typeof typed[field] === 'string' ? typed[field] : '');
  const name = view.leadName ?? 'this lead';
  const rows = reasons.map(
    ({ code, label, consequence, needsNote }) =>
      `<label class="reason"><input type="radio" name="reason" value="${escapeHtml(code)}" required><span>${escapeHtml(
        label,
      )}</span><small>${escapeHtml(needsNote ? 'say it in a few words' : consequence)}</small></label>`,
  );
  const owner = view.marketingPersonName ?? 'Marketing';
  const body = `${banner(message)}${clockBar(view.acceptDueAt?.getTime() ?? null, now, reader.zone)}
<form method="post" action="${escapeHtml(path)}?reject">${hiddenNonce(nonce)}
<main><p><a href="${escapeHtml(path)}">Back to the lead</a></p>
<fieldset><legend>Why does ${escapeHtml(name)} come back?</legend>${rows.join('')}</fieldset>
<details${message === null ? '' : ' open'}><summary>If you have ten seconds more</summary>
<label class="field">Note for marketing<textarea name="note" rows="3" maxlength="2000">${words('note')}</textarea></label>
<label class="field">Not before<input type="date" name="notBefore" value="${words('notBefore')}"></label>
<label class="field">Pain point<textarea name="painPoint" rows="2" maxlength="1000">${words('painPoint')}</textarea></label>
</details></main>
<div class="bar"><p class="note">${escapeHtml(owner)} has to acknowledge before anything else is sent.</p>
<button name="choice" value="reject">Reject for this reason</button>${FOOT}</div></form>`;
  return acceptPageDocument(`Reject ${name}`, reader, body);
}

/** The decider's way back, as long as there is one. */
function undoForm(sources: PageSources): string {
  const { reader, view, now } = sources;
  const until = undoableUntil(view, reader.personId)?.getTime();
  if (until === undefined) return '';
  const minutes = Math.ceil((until - now) / 60_000);
  const left = `For ${minutes === 1 ? 'one more minute' : `${minutes} more minutes`}, until ${formatInstant(until, reader.zone)}.`;
  return `<div class="bar">${openForm(sources)}
<button class="second" name="choice" value="undo">Undo</button></form>
<p class="foot">${escapeHtml(left)} After that only ${
    view.state === 'accepted' ? 'giving it back' : 'a new offer'
  } changes it.</p></div>`;
}

/** After a decision: who, what, when, and what comes next. */
export function decidedPage(sources: PageSources): string {
  const { reader, view, message, after = {} } = sources;
  const what = decisionSentence(view, reader.personId, reader.zone);
  const reveals = revealsReach(view, reader.personId);
  const promise = view.firstContactBy ?? view.firstTouchDueAt;
  const cover = airCoverPart(after.cover, reader.zone, openForm(sources));
  const next = reveals
    ? `<h2>Do this next</h2><p>${escapeHtml(view.packet.nextAction)}</p>${
        promise === null
          ? ''
          : `<p>First contact before ${escapeHtml(formatInstant(promise.getTime(), reader.zone))}.</p>`
      }${attemptsMade(after.playbook, reader.zone)}${prepAnswers(after.prep, reader.zone)}${reachLinks(view.packet)}${cover}`
    : `<p>${escapeHtml(afterwards(view))}</p>`;
  const details = reveals ? packetDetails(view.packet, view.routing.sentence ?? '', reader.zone) : '';
  const body = `${banner(message)}<main><p class="done">${escapeHtml(what)}</p>
<h1>${escapeHtml(view.leadName ?? 'The lead')}</h1>
<p>${escapeHtml([view.packet.reach.title, view.leadCompany].filter(Boolean).join(', '))}</p>${next}${details}</main>${undoForm(sources)}`;
  return acceptPageDocument(what, reader, body);
}

/** For links that are no longer, or never were, good for anything. */
export function plainPage(title: string, text: string): string {
  return acceptPageDocument(title, null, `<main><h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p></main>`);
}

function decisionSentence(view: HandoffView, personId: string, zone: string): string {
  const at = view.decidedAt === null ? '' : `, ${formatInstant(view.decidedAt.getTime(), zone)}`;
  const who = view.decidedById === personId ? 'You' : (view.decidedByName ?? 'Nobody');
  switch (view.state) {
    case 'accepted':
      return `${who} accepted this${at}`;
    case 'rejected':
      return `${who} rejected this${at}: ${view.reasonLabel ?? view.reason ?? 'no reason'}`;
    case 'withdrawn':
      return movedOn(view)
        ? `This offer moved on to somebody else${at}`
        : `This offer was taken back${at}; nobody needs to answer it`;
    case 'expired':
      return movedOn(view)
        ? `Nobody answered in time; the offer moved on to somebody else${at}`
        : `Nobody answered in time; the offer ended${at}`;
    case 'offered':
      return 'This offer is open';
  }
}

/** A reassigned lead stays offered; one that was withdrawn or disqualified is nobody's in sales. */
const movedOn = (view: HandoffView): boolean => view.leadState === 'offered';

function afterwards(view: HandoffView): string {
  if (view.state === 'accepted') return 'Nothing is left to do for you here.';
  if (view.state === 'withdrawn' || (view.state === 'expired' && movedOn(view)))
    return movedOn(view) ? 'Whoever has it now was told by mail.' : 'Nothing is left to do for you here.';
  return view.acknowledgedAt === null
    ? `${view.marketingPersonName ?? 'Marketing'} takes the lead back; until then both your names stand on it.`
    : `${view.acknowledgedByName ?? 'Marketing'} has taken the lead back.`;
}
