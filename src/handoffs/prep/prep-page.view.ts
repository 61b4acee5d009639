import type { PrepItem } from '../../../domain/handoff/prep/prep-policy.schema.js';
import { ownerOf } from '../../../domain/handoff/prep/prep-policy.schema.js';
import { type PrepAnswer, prepFormVersion, prepProgress } from '../../../domain/handoff/prep/read-prep-form.js';
import { formatInstant } from '../../../domain/time/zone.js';
import { escapeHtml } from '../../common/escape-html.js';
import { acceptPageDocument, banner } from '../accept-page.parts.js';
import type { Prep } from './prep.service.js';
import type { KeptPrepAnswer } from './prep.read-model.js';

export interface PrepPageSources {
  readonly prep: Prep;
  readonly organisation: string;
  /** Of the lead. */
  readonly zone: string;
  readonly nonce: string;
  /** Address of this very page. */
  readonly path: string;
  readonly message: string | null;
  /** What a form said that was not saved. */
  readonly unsaved: readonly PrepAnswer[];
}

/** What do I bring, and when? Phone first, without script; nothing is ticked that the lead has not ticked. */
export function prepPage({ prep, organisation, zone, nonce, path, message, unsaved }: PrepPageSources): string {
  const { row, checklist, answers } = prep;
  const reader = { organisation, name: row.leadName ?? 'you', zone };
  const first = row.assigneeName.split(/\s+/)[0] ?? row.assigneeName;
  const title =
    row.meetingAt === null
      ? `Before you speak to ${row.assigneeName}`
      : `You meet on ${formatInstant(row.meetingAt.getTime(), zone)}`;
  const { done, of } = prepProgress(checklist, answers);
  const answerOf = ({ key }: PrepItem) => answers.find(({ item }) => item === key);
  const tick = (item: PrepItem) => tickRow(item, answerOf(item), first, zone);
  const words = (item: PrepItem) => wordsField(item, answerOf(item), { zone, unsaved });
  const items = checklist.items;
  const body = `${banner(message)}<form method="post" action="${escapeHtml(path)}">
<input type="hidden" name="nonce" value="${escapeHtml(nonce)}"><input type="hidden" name="seen" value="${prepFormVersion(answers)}">
<main><p class="small">${escapeHtml(`With ${row.assigneeName}`)}</p><h1>${escapeHtml(title)}</h1>${
    row.meetingAt === null ? '' : `<a class="button second" href="${escapeHtml(path)}/calendar">Add to calendar</a>`
  }
<p class="band">So that the time is worth it<span>${done} of ${of} done</span></p>
${items
  .filter(({ kind }) => kind === 'confirm')
  .map(tick)
  .join('\n')}
${items
  .filter(({ kind }) => kind === 'obstacle')
  .map(words)
  .join('\n')}</main>
<div class="bar"><button name="choice" value="save">Tell ${escapeHtml(first)}</button>
<p class="foot">Opening this page changed nothing. Only this button does.</p></div></form>`;
  return acceptPageDocument(title, reader, body);
}

function tickRow(item: PrepItem, answer: KeptPrepAnswer | undefined, first: string, zone: string): string {
  const { key, ask, hint } = item;
  const seesTo = ownerOf(item) === 'rep' ? [`${first} sees to it`] : [];
  const small = [...(hint === undefined ? [] : [hint]), ...seesTo, ...saved(answer, zone)].join(' · ');
  return `<label class="item"><input type="checkbox" name="tick.${escapeHtml(key)}" value="yes"${
    answer?.confirmed === true ? ' checked' : ''
  }><span>${escapeHtml(ask)}${small === '' ? '' : `<small>${escapeHtml(small)}</small>`}</span></label>`;
}

function wordsField(
  { key, ask, hint }: PrepItem,
  answer: KeptPrepAnswer | undefined,
  { zone, unsaved }: Pick<PrepPageSources, 'zone' | 'unsaved'>,
): string {
  const lost = unsaved.find(({ item }) => item === key)?.text ?? null;
  const small = [
    ...(hint === undefined ? [] : [hint]),
    ...saved(answer, zone),
    ...(lost === null ? [] : [`not saved: ${lost}`]),
  ].join(' · ');
  return `<label class="field">${escapeHtml(ask)}${small === '' ? '' : `<small>${escapeHtml(small)}</small>`}
<textarea name="words.${escapeHtml(key)}" rows="3" maxlength="2000">${escapeHtml(answer?.text ?? '')}</textarea></label>`;
}

function saved(answer: KeptPrepAnswer | undefined, zone: string): string[] {
  if (answer === undefined || (!answer.confirmed && answer.text === null)) return [];
  return [`saved ${formatInstant(answer.answeredAt.getTime(), zone)}`];
}
