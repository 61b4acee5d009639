import { fieldLabel, plainName } from '../condition/describe-condition.js';
import { maskEmail, maskPhone } from './mask-reach.js';
import type { Packet, PacketInput, PacketReach, ToldEngagement } from './packet.js';
import { chooseChecklist } from './prep/choose-checklist.js';
import { capital, contentConsumed, tellEngagement, tellStory } from './tell-story.js';

/** A hand-raise older than this is part of the story, not the reason. */
const RECENT_MS = 30 * 86_400_000;
/** What a rep needs to reach and recognise somebody, besides what the definition wants. */
const WANTED: readonly (keyof PacketInput['lead'])[] = ['email', 'phone', 'name', 'company', 'title', 'country'];

/** The packet of an offer, from what the record says at that instant. */
export function buildPacket(input: PacketInput): Packet {
  const { handoffNo, qualified, grade, score, gradeItems, earlier, insights, campaign, source } = input;
  const raised = handRaiseOf(input);
  return {
    whyNow: whyNow(input, raised),
    handoffNo,
    qualified: { ...qualified, at: iso(qualified.at) },
    grade,
    score: roundPoints(score),
    gradeItems: gradeItems.map(({ ruleId, points }) => ({ what: ruleId, points })),
    scoreItems: scoreItemsOf(input),
    story: tellStory(input),
    content: contentConsumed(input),
    handRaise: raised ? { kind: raised.kind, purpose: raised.purpose, at: iso(raised.at) } : null,
    reach: reachOf(input),
    nextAction: nextAction(input, raised),
    prep: chooseChecklist(input.prep ?? [], raised?.kind ?? null)?.items.map(({ ask }) => ask) ?? [],
    earlier: earlier.map((one) => ({ ...one, decidedAt: one.decidedAt === null ? null : iso(one.decidedAt) })),
    insights: insights.map((one) => ({ ...one, at: iso(one.at) })),
    campaign: campaign && { key: campaign.key, name: campaign.name ?? campaign.key },
    source,
  };
}

/** The packet as it may be seen before acceptance: phone and address hidden. */
export function maskPacket(packet: Packet): Packet {
  const { email, phone } = packet.reach;
  const masked = { email: email && maskEmail(email), phone: phone && maskPhone(phone) };
  return { ...packet, reach: { ...packet.reach, ...masked } };
}

/** The hand-raise that asks now: the last one, after the last decision of an earlier handoff. */
function handRaiseOf({ engagements, earlier, at }: PacketInput): ToldEngagement | undefined {
  const decidedAt = Math.max(...earlier.map((one) => one.decidedAt ?? -Infinity), -Infinity);
  return engagements
    .filter((one) => one.handRaise && one.at > decidedAt && one.at > at - RECENT_MS)
    .reduce<ToldEngagement | undefined>((last, one) => (last && last.at > one.at ? last : one), undefined);
}

function whyNow(input: PacketInput, raised: ToldEngagement | undefined): string {
  const { qualified, grade, score, earlier, touchTitles } = input;
  const came = earlier.findLast((one) => one.reason !== null)?.reason;
  const back = came === undefined || came === null ? '' : `Back after “${came}”: `;
  if (raised) {
    const purpose = raised.purpose === null ? '' : `: “${raised.purpose}”`;
    return sentence(`${back}${tellEngagement(raised, touchTitles)}${purpose}`);
  }
  if (qualified.by !== 'definition') {
    const who = qualified.by === 'person' ? 'a marketer thinks it is time' : 'a cadence step hands it over';
    return sentence(`${back}${who}${qualified.reason === null ? '' : `: ${qualified.reason}`}`);
  }
  const did = strongest(input);
  return sentence(
    `${back}score ${Math.floor(score)}, grade ${grade}${did.length === 0 ? '' : `: ${did.join(' and ')}`}`,
  );
}

/** The two things that weigh most in the score now. */
function strongest({ scoreItems, engagements, touchTitles }: PacketInput): string[] {
  const weights = new Map<string, number>();
  for (const { seq, pointsNow } of scoreItems) {
    const engagement = engagements.find((one) => one.seq === seq);
    if (!engagement) continue;
    const text = tellEngagement(engagement, touchTitles);
    weights.set(text, (weights.get(text) ?? 0) + pointsNow);
  }
  return [...weights]
    .filter(([, points]) => points > 0)
    .sort(([, a], [, b]) => b - a)
    .slice(0, 2)
    .map(([text]) => text);
}

function scoreItemsOf({ scoreItems, engagements, touchTitles }: PacketInput): Packet['scoreItems'] {
  const bySeq = new Map(engagements.map((one) => [one.seq, one]));
  return scoreItems
    .filter((item) => roundPoints(item.pointsNow) !== 0)
    .sort((a, b) => b.pointsNow - a.pointsNow || a.at - b.at)
    .map(({ seq, ruleId, at, pointsNow }) => {
      const engagement = seq === null ? undefined : bySeq.get(seq);
      const what = engagement
        ? capital(tellEngagement(engagement, touchTitles))
        : capital(plainName(ruleId.replace(/-/g, '_')));
      return { what, at: iso(at), points: roundPoints(pointsNow) };
    });
}

function reachOf({ lead, missingMandatory }: PacketInput): PacketReach {
  const { consent, ...reach } = lead;
  const unknown = WANTED.filter((name) => (reach[name as keyof typeof reach] ?? '').trim() === '');
  const missing = [...new Set([...missingMandatory.map(fieldLabel), ...unknown])];
  return {
    ...reach,
    consent: consent && { basis: consent.basis, at: iso(consent.at) },
    complete: missing.length === 0,
    missing,
  };
}

const ACTIONS: Readonly<Record<string, string>> = {
  demo_request: 'to set a date for the demo',
  quote_request: 'to settle what the quote has to cover, then send it',
  contact_request: 'to answer what was asked',
  phone_call: 'back',
  meeting_booked: 'to confirm the meeting',
};

function nextAction(input: PacketInput, raised: ToldEngagement | undefined): string {
  const how = input.lead.phone === null ? 'Write' : 'Call';
  if (raised) return `${how} ${ACTIONS[raised.kind] ?? 'to answer what was asked'}.`;
  const [top] = contentConsumed(input);
  return top ? `${how} and pick up on ${top.what}.` : `${how} to introduce yourself.`;
}

function sentence(text: string): string {
  return /[.!?]”?$/.test(text) ? capital(text) : `${capital(text)}.`;
}

function roundPoints(points: number): number {
  return Math.round(points * 10) / 10;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
