import { formatInstant } from '../../../domain/time/zone.js';
import { escapeHtml } from '../../common/escape-html.js';
import type { PlaybookView } from './playbook.service.js';

/** How often the rep has tried, and what comes next; nothing before the first try, which has an SLA of its own. */
export function attemptsMade(view: PlaybookView | undefined, zone: string): string {
  if (view === undefined || view.judged.made === 0) return '';
  const { playbook, judged, attempts } = view;
  const rows = attempts.map(
    ({ at, disposition }) =>
      `<li>${escapeHtml(`${formatInstant(at.getTime(), zone)}: ${disposition.replaceAll('_', ' ')}`)}</li>`,
  );
  const next = judged.exhausted
    ? 'You have tried as often as agreed. You may give the lead back with the reason no response.'
    : judged.nextDueAt === null
      ? ''
      : `Next try: ${formatInstant(judged.nextDueAt, zone)}.`;
  return `<h2>Tries (${judged.made} of ${playbook.attempts})</h2><ol>${rows.join('')}</ol>${
    next === '' ? '' : `<p>${escapeHtml(next)}</p>`
  }`;
}
