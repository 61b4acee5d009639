import type { PrepItem } from '../../../domain/handoff/prep/prep-policy.schema.js';
import { escapeHtml } from '../../common/escape-html.js';
import type { Prep } from './prep.service.js';

const BUTTON =
  'display:inline-block;padding:14px 20px;border-radius:6px;background:#1b1c20;color:#ffffff;text-decoration:none';

/** Items as a mail lists them; their texts are escaped. */
export function prepList(items: readonly Pick<PrepItem, 'ask' | 'hint'>[]): string {
  const rows = items.map(
    ({ ask, hint }) =>
      `<li style="margin:6px 0">${escapeHtml(ask)}${
        hint === undefined ? '' : `<br><span style="color:#696c76;font-size:13px">${escapeHtml(hint)}</span>`
      }</li>`,
  );
  return `<ul style="margin:0 0 16px;padding-left:20px">${rows.join('')}</ul>`;
}

/** The way to the page of the list. */
export const prepButton = (url: string): string =>
  `<p style="margin:0 0 12px"><a href="${escapeHtml(url)}" style="${BUTTON}">Open the list</a></p>`;

/** What the lead has not ticked yet; obstacles are asked about, never done. */
export const openItems = ({ checklist, answers }: Pick<Prep, 'checklist' | 'answers'>): readonly PrepItem[] => {
  const done = answers.filter(({ confirmed }) => confirmed).map(({ item }) => item);
  return checklist.items.filter(({ key, kind }) => kind === 'confirm' && !done.includes(key));
};
