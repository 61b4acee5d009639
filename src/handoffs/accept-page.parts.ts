import { describeEarlier } from '../../domain/handoff/describe-earlier.js';
import type { Packet } from '../../domain/handoff/packet.js';
import { formatInstant } from '../../domain/time/zone.js';
import { escapeHtml } from '../common/escape-html.js';
import { ACCEPT_PAGE_STYLE } from './accept-page.style.js';

/** Who reads the page, and on whose behalf it is shown. */
export interface PageReader {
  readonly organisation: string;
  readonly name: string;
  readonly zone: string;
}

const MINUTE_MS = 60_000;

/** The whole document; `body` is HTML whose values are escaped by who makes it. */
export function acceptPageDocument(title: string, reader: PageReader | null, body: string): string {
  const header =
    reader === null
      ? ''
      : `<header><b>${escapeHtml(reader.organisation)}</b><span>for ${escapeHtml(reader.name)}</span></header>`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>${escapeHtml(title)}</title><style>${ACCEPT_PAGE_STYLE}</style></head>
<body><div class="page">${header}
${body}
</div></body></html>
`;
}

/** `1 h 18 min left to answer`, until when; nothing without a due instant. */
export function clockBar(dueAt: number | null, now: number, zone: string): string {
  if (dueAt === null) return '';
  const left = dueAt - now;
  const words = left > 0 ? `${describeSpan(left)} left to answer` : `${describeSpan(-left)} over the agreed time`;
  const until = escapeHtml(`until ${formatInstant(dueAt, zone)}`);
  return `<div class="clock${left > 0 ? '' : ' over'}"><b>${words}</b><span>${until}</span></div>`;
}

function describeSpan(ms: number): string {
  const minutes = Math.max(1, Math.floor(ms / MINUTE_MS));
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60)];
  if (days > 0) return `${days} d ${hours} h`;
  return hours > 0 ? `${hours} h ${minutes % 60} min` : `${minutes} min`;
}

export const banner = (text: string | null): string =>
  text === null ? '' : `<p class="banner" role="alert">${escapeHtml(text)}</p>`;

/** Why now, who, and the facts a decision rests on. */
export function packetSummary(packet: Packet, zone: string): string {
  const { reach, handRaise } = packet;
  const raised =
    handRaise === null
      ? ''
      : `<p><span class="tag">${escapeHtml(sentenceCase(handRaise.kind))}</span> <span class="when">${escapeHtml(
          formatInstant(Date.parse(handRaise.at), zone),
        )}</span></p>`;
  const work = [reach.title, reach.company].filter(Boolean).join(', ');
  const place = [reach.country, `grade ${packet.grade}`, `score ${packet.score}`].filter(Boolean).join(' · ');
  return `${raised}<h1>${escapeHtml(packet.whyNow)}</h1>
<div class="who"><b>${escapeHtml(reach.name ?? 'Name unknown')}</b>${line(work)}${line(place)}</div>
<dl>${fact('Story', storyWords(packet))}${fact('Reach', reachWords(packet))}${fact('Do this next', packet.nextAction)}${
    reach.missing.length === 0 ? '' : fact('Still missing', reach.missing.join(', '))
  }</dl>`;
}

/** The rest of the packet, folded away. */
export function packetDetails(packet: Packet, routing: string, zone: string): string {
  const items = packet.story.items.slice(-25).map((item) => {
    const times = item.times > 1 ? ` (${item.times} times)` : '';
    return `<li>${escapeHtml(`${formatInstant(Date.parse(item.at), zone)}: ${item.text}${times}`)}</li>`;
  });
  const score = packet.scoreItems.slice(0, 12).map((item) => `<li>${escapeHtml(`${item.points} ${item.what}`)}</li>`);
  const earlier = packet.earlier.map((one) => `<li>${escapeHtml(`Handoff ${one.no}: ${describeEarlier(one)}`)}</li>`);
  const insights = packet.insights.map(
    (one) => `<li>${escapeHtml(`${sentenceCase(one.kind)}: ${one.text} (${one.by})`)}</li>`,
  );
  const asked = (packet.prep ?? []).map((ask) => `<li>${escapeHtml(ask)}</li>`);
  const { qualified, campaign } = packet;
  const version =
    qualified.definition === null
      ? ''
      : `, definition ${qualified.definition.key} version ${qualified.definition.version}`;
  const rule = `${qualified.rule ?? qualified.reason ?? qualified.ruleId ?? qualified.by}${version}`;
  return `<details><summary>Whole packet</summary>
${list('What happened', items)}${list('Score', score)}${list('Earlier handoffs', earlier)}${list('Insights', insights)}${list('What the lead is asked to bring', asked)}
<h2>Rule</h2><p>${escapeHtml(rule)}</p><h2>Why you</h2><p>${escapeHtml(routing)}</p>
<h2>Source</h2><p>${escapeHtml(campaign === null ? packet.source : campaign.name)}</p></details>`;
}

/** Links to call and write, after acceptance. */
export function reachLinks({ reach }: Packet): string {
  const phone =
    reach.phone === null
      ? ''
      : `<a class="button" href="tel:${escapeHtml(reach.phone.replace(/[^\d+]/g, ''))}">Call ${escapeHtml(reach.phone)}</a>`;
  const email =
    reach.email === null
      ? ''
      : `<a class="button second" href="mailto:${escapeHtml(encodeURI(reach.email))}">Write to ${escapeHtml(reach.email)}</a>`;
  return `${phone}${email}`;
}

function sentenceCase(code: string): string {
  const words = code.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function storyWords({ story }: Packet): string {
  const last = story.items.slice(-3).map((item) => item.text);
  const more = story.engagements > 0 ? ` · ${story.engagements} engagements in ${story.days} days` : '';
  return `${last.join(', ')}${more}`;
}

function reachWords({ reach }: Packet): string {
  const known = [reach.phone, reach.email, reach.language === null ? null : `speaks ${reach.language}`];
  return `${known.filter(Boolean).join(' · ')} (shown in full once you accept)`;
}

const line = (text: string): string => (text === '' ? '' : `<p>${escapeHtml(text)}</p>`);

const fact = (name: string, text: string): string =>
  text === '' ? '' : `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(text)}</dd></div>`;

const list = (name: string, items: readonly string[]): string =>
  items.length === 0 ? '' : `<h2>${escapeHtml(name)}</h2><ol>${items.join('')}</ol>`;
