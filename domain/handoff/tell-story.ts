import { plainName } from '../condition/describe-condition.js';
import type { PacketInput, PacketStory, PacketStoryItem, ToldEngagement } from './packet.js';

/** A rep reads a page, not an archive. */
const MAX_ITEMS = 40;
const DAY_MS = 86_400_000;
/** Opened mail says little and machines do it too; the rest are facts about the address. */
const UNTOLD: readonly string[] = ['email_open', 'unsubscribed', 'bounced', 'complained'];
const CONTENT_KINDS: readonly string[] = ['page_view', 'email_click', 'download', 'webinar_attended'];

const SENTENCES: Readonly<Record<string, string>> = {
  page_view: 'viewed',
  email_click: 'clicked',
  download: 'downloaded',
  webinar_registered: 'registered for',
  webinar_attended: 'attended',
  event_visited: 'visited',
  form_submitted: 'sent the form',
  email_reply: 'replied',
  demo_request: 'asked for a demo',
  quote_request: 'asked for a quote',
  contact_request: 'asked to be contacted',
  phone_call: 'called',
  meeting_booked: 'booked a meeting',
};

type StoryInput = Pick<PacketInput, 'engagements' | 'touchTitles' | 'scoreItems'>;

/** What the lead did, without the subject: `viewed /pricing`, `asked for a quote`. */
export function tellEngagement(engagement: ToldEngagement, touchTitles: Readonly<Record<string, string>>): string {
  const sentence = SENTENCES[engagement.kind] ?? plainName(engagement.kind);
  const thing = thingOf(engagement, touchTitles);
  return thing === undefined ? sentence : `${sentence} ${thing}`;
}

/** The engagements in order, equal ones in a row told once. */
export function tellStory({ engagements, touchTitles, scoreItems }: StoryInput): PacketStory {
  const points = new Map<number, number>();
  for (const item of scoreItems) if (item.seq !== null) points.set(item.seq, (points.get(item.seq) ?? 0) + item.points);
  const inOrder = toldEngagements(engagements);
  const items: PacketStoryItem[] = [];
  for (const one of inOrder) {
    const text = capital(tellEngagement(one, touchTitles));
    const last = items.at(-1);
    const gave = points.get(one.seq) ?? 0;
    if (last?.text === text) items.splice(-1, 1, { ...last, times: last.times + 1, points: last.points + gave });
    else items.push({ at: new Date(one.at).toISOString(), kind: one.kind, text, times: 1, points: gave });
  }
  const [first, last] = [inOrder[0], inOrder.at(-1)];
  const days = first && last ? Math.floor((last.at - first.at) / DAY_MS) + 1 : 0;
  return { items: items.slice(-MAX_ITEMS), engagements: inOrder.length, days };
}

/** What was read, watched or taken home: how often and when last. */
export function contentConsumed({
  engagements,
  touchTitles,
}: StoryInput): { what: string; times: number; lastAt: string }[] {
  const found = new Map<string, { what: string; times: number; lastAt: string }>();
  for (const one of toldEngagements(engagements)) {
    const what = CONTENT_KINDS.includes(one.kind) ? thingOf(one, touchTitles) : undefined;
    if (what === undefined) continue;
    const times = (found.get(what)?.times ?? 0) + 1;
    found.delete(what);
    found.set(what, { what, times, lastAt: new Date(one.at).toISOString() });
  }
  return [...found.values()].reverse().slice(0, MAX_ITEMS);
}

function toldEngagements(engagements: readonly ToldEngagement[]): ToldEngagement[] {
  return engagements.filter((one) => !UNTOLD.includes(one.kind)).sort((a, b) => a.at - b.at || a.seq - b.seq);
}

function thingOf(
  { kind, properties }: ToldEngagement,
  touchTitles: Readonly<Record<string, string>>,
): string | undefined {
  const text = (name: string) => {
    const value = Object.hasOwn(properties, name) ? properties[name] : undefined;
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
  };
  const touch = text('touch');
  const sent = touch !== undefined && Object.hasOwn(touchTitles, touch) ? touchTitles[touch] : undefined;
  const title = (kind === 'email_click' ? sent : undefined) ?? text('title') ?? text('name') ?? text('file');
  return title === undefined ? (text('path') ?? text('form') ?? text('url')) : `“${title}”`;
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
