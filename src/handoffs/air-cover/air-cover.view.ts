import { formatInstant } from '../../../domain/time/zone.js';
import { escapeHtml } from '../../common/escape-html.js';
import type { AirCover } from './air-cover.read-model.js';

/** That marketing writes beside the rep, and the button that ends it; `form` opens the form of the page. */
export function airCoverPart(cover: AirCover | undefined, zone: string, form: string): string {
  if (cover === undefined) return '';
  const { state, cadence, startsAt, until, endedAt, exitReason } = cover;
  const instant = (at: Date): string => formatInstant(at.getTime(), zone);
  const head = '<h2>Air cover</h2>';
  if (state === 'ended') {
    const when = endedAt === null ? '' : `, ${instant(endedAt)}`;
    return `${head}<p>${escapeHtml(`Marketing has stopped writing (${ENDS[exitReason ?? ''] ?? plain(exitReason)})${when}.`)}</p>`;
  }
  const through = cadence === null ? '' : ` (${cadence.name})`;
  const from = state === 'planned' ? `, from ${instant(startsAt)}` : '';
  const end = until === null ? '' : `, until ${instant(until)} at the latest`;
  const sentence = `Marketing goes on writing to this lead beside you${through}${from}${end}.`;
  return `${head}<p>${escapeHtml(sentence)}</p>${form}
<button class="second" name="choice" value="stop_air_cover">Stop air cover</button></form>`;
}

/** Exit reasons as a rep would say them. */
const ENDS: Readonly<Record<string, string>> = {
  stopped_by_sales: 'you or your team stopped it',
  handed_over: 'sales answers alone',
  replied: 'the lead has replied',
  unsubscribed: 'the lead wants no mail',
  bounced: 'mail does not reach the lead',
  returned: 'the lead went back',
  completed: 'all was sent',
};

const plain = (reason: string | null): string => (reason ?? 'ended').replaceAll('_', ' ');
