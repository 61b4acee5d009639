import { waitFor } from './stack.js';
import type { TestBaton } from './test-baton.js';

/** Every process believes for a second what it has looked up, and a bit. */
const BELIEVED_MS = 1_100;

/**
 * Saves, signs where that is needed, and publishes a document as people do, until every process goes by it; throws when
 * one of the steps is refused.
 */
export async function publishDocument(
  baton: TestBaton,
  collection: 'cadences' | 'definitions' | 'score-models' | 'templates' | 'policies',
  key: string,
  body: Record<string, unknown> | readonly unknown[],
): Promise<void> {
  const path = `/v1/${collection}/${key}`;
  const calls: [method: string, path: string, body: unknown, key: string][] = [
    ['PUT', `${path}/draft`, collection === 'policies' ? body : { key, ...body }, baton.keys.admin],
  ];
  if (collection === 'definitions') {
    calls.push(['POST', `${path}/sign`, { as: 'marketing' }, baton.keys.marketing]);
    calls.push(['POST', `${path}/sign`, { as: 'sales' }, baton.keys.sales]);
  }
  calls.push(['POST', `${path}/publish`, {}, baton.keys.admin]);
  for (const [method, to, sent, keyOfCaller] of calls) {
    const { status, text } = await baton.call(method, to, sent, { key: keyOfCaller });
    if (status >= 300) throw new Error(`${method} ${to} answered ${status}: ${text}`);
  }
  const until = Date.now() + BELIEVED_MS;
  await waitFor(() => Promise.resolve(Date.now() >= until), { what: `${key} is looked up anew` });
}
