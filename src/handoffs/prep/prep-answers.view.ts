import { prepProgress } from '../../../domain/handoff/prep/read-prep-form.js';
import { formatInstant } from '../../../domain/time/zone.js';
import { escapeHtml } from '../../common/escape-html.js';
import type { Prep } from './prep.service.js';

/** What the lead has said about its checklist, for the rep; nothing where there is none. */
export function prepAnswers(prep: Prep | undefined, zone: string): string {
  if (prep === undefined) return '';
  const { checklist, answers } = prep;
  const { done, of } = prepProgress(checklist, answers);
  const rows = checklist.items.map(({ key, ask }) => {
    const answer = answers.find(({ item }) => item === key);
    const said = answer?.text ?? (answer?.confirmed === true ? 'done' : 'open');
    const when = answer === undefined ? '' : `, ${formatInstant(answer.answeredAt.getTime(), zone)}`;
    return `<li>${escapeHtml(`${ask}: ${said}${when}`)}</li>`;
  });
  return `<h2>What they bring (${done} of ${of})</h2><ol>${rows.join('')}</ol>`;
}
