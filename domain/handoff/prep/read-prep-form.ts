import { stableHash } from '../../time/stable-hash.js';
import type { PrepChecklist } from './prep-policy.schema.js';

/** What the lead has said about one item: ticked or not, or its own words. Empty words say that nothing stands in the way. */
export interface PrepAnswer {
  readonly item: string;
  readonly confirmed: boolean;
  readonly text: string | null;
}

const MAX_WORDS = 2_000;

/** Whether everything that is to be ticked is. Obstacles need no answer. */
export function isPrepared({ items }: Pick<PrepChecklist, 'items'>, answers: readonly PrepAnswer[]): boolean {
  const toTick = items.filter(({ kind }) => kind === 'confirm');
  return (
    toTick.length > 0 && toTick.every(({ key }) => answers.some(({ item, confirmed }) => item === key && confirmed))
  );
}

/** `n of m done`: obstacles are no part of it. */
export function prepProgress({ items }: Pick<PrepChecklist, 'items'>, answers: readonly PrepAnswer[]) {
  const toTick = items.filter(({ kind }) => kind === 'confirm').map(({ key }) => key);
  return {
    done: answers.filter(({ item, confirmed }) => confirmed && toTick.includes(item)).length,
    of: toTick.length,
  };
}

/** The answers in a form that was sent which differ from what is known. Fields of no item say nothing. */
export function readPrepForm(
  { items }: Pick<PrepChecklist, 'items'>,
  form: Readonly<Record<string, unknown>>,
  known: readonly PrepAnswer[],
): PrepAnswer[] {
  return items.flatMap(({ key, kind }): PrepAnswer[] => {
    const before = known.find(({ item }) => item === key) ?? { item: key, confirmed: false, text: null };
    const given =
      kind === 'confirm'
        ? { item: key, confirmed: form[`tick.${key}`] === 'yes', text: null }
        : { item: key, confirmed: false, text: wordsOf(form[`words.${key}`]) };
    return given.confirmed === before.confirmed && given.text === before.text ? [] : [given];
  });
}

/** What the page showed, as its form says it in the field `seen`: the same for the same answers. */
export function prepFormVersion(answers: readonly PrepAnswer[]): string {
  const said = answers.filter(({ confirmed, text }) => confirmed || text !== null);
  const words = said.map(({ item, confirmed, text }) => [item, confirmed, text]).sort();
  return String(stableHash(JSON.stringify(words)));
}

/** Whether the form was filled in on a page that showed other answers. One that does not say so is taken as it is. */
export function isStalePrepForm(form: Readonly<Record<string, unknown>>, answers: readonly PrepAnswer[]): boolean {
  return form['seen'] !== undefined && form['seen'] !== prepFormVersion(answers);
}

function wordsOf(value: unknown): string | null {
  const words = typeof value === 'string' ? value.replace(/\r\n?/g, '\n').trim().slice(0, MAX_WORDS) : '';
  return words === '' ? null : words;
}
