import { describeEarlier } from '../../domain/handoff/describe-earlier.js';
import { maskPacket } from '../../domain/handoff/build-packet.js';
import type { Packet } from '../../domain/handoff/packet.js';
import type { NoticeKind } from '../../domain/lead/notice-kind.js';
import { formatInstant } from '../../domain/time/zone.js';

/** What a notice can tell; which of it there is depends on how far the handoff came. */
export interface NoticeFacts {
  readonly reader: { readonly name: string; readonly zone: string };
  readonly lead: { readonly name: string | null; readonly title: string | null; readonly company: string | null };
  readonly assigneeName: string | null;
  readonly packet: Packet | null;
  readonly routing: string | null;
  /** Whether sales has accepted: the ladder is then that of the first contact. */
  readonly accepted: boolean;
  readonly acceptDueAt: number | null;
  readonly firstTouchDueAt: number | null;
  readonly decision: { readonly reason: string | null; readonly note: string | null } | null;
  /** Mandatory fields that keep a qualified lead from being offered. */
  readonly missing: readonly string[];
  /** Of a held touch. */
  readonly touch: {
    readonly reason: string | null;
    readonly step: string;
    readonly cadence: string;
    readonly template: string;
    /** What is held with it, and why. */
    readonly breaker: {
      readonly scope: 'cadence' | 'provider';
      readonly key: string;
      readonly touches: number;
      readonly failures: number;
    } | null;
  } | null;
  /** What the lead has said about its checklist, the last first. */
  readonly prep: readonly {
    readonly ask: string;
    readonly owner: 'lead' | 'rep';
    readonly confirmed: boolean;
    readonly text: string | null;
    readonly answeredAt: Date;
  }[];
  /** Whether the rep is told of no more answers by mail. */
  readonly prepEnds: boolean;
  /** Of a mention. */
  readonly mention: { readonly author: string; readonly text: string } | null;
  readonly answerCall: string;
  readonly links: { readonly accept: string; readonly reject: string } | null;
  readonly giveBackCall: string;
  readonly acknowledgeCall: string;
  readonly releaseCall: string;
}

export interface NoticeText {
  readonly subject: string;
  /** First the sentence that matters. */
  readonly paragraphs: readonly string[];
  readonly rows: readonly (readonly [label: string, value: string])[];
  readonly buttons: readonly { readonly text: string; readonly url: string; readonly primary: boolean }[];
  readonly foot: string | null;
}

const STORY_ITEMS = 8;
const DECIDE_FOOT = 'The links open a page. Opening it decides nothing; only a button on it does.';

/** What a person is told, and what they can do about it. Phone and address of the lead stay hidden in mails. */
export function wordNotice(kind: NoticeKind, facts: NoticeFacts): NoticeText {
  const lead = leadLabel(facts);
  const assignee = facts.assigneeName ?? 'nobody';
  const due = instant(facts.acceptDueAt, facts);
  const contactDue = instant(facts.firstTouchDueAt, facts);
  const reason = facts.decision?.reason ?? 'no reason given';
  switch (kind) {
    case 'offer':
      return offer(`New lead: ${lead}`, [whyNow(facts), ...(due ? [`Please answer by ${due}.`] : [])], facts);
    case 'reminder':
      return offer(
        `Waiting for your answer: ${lead}`,
        [`${lead} still waits for your answer${due ? `, due ${due}` : ''}. ${whyNow(facts)}`],
        facts,
      );
    case 'team_owner':
      return offer(
        `${assignee} has not answered yet: ${lead}`,
        [`${assignee} was offered ${lead} and has not answered${due ? `; the answer is due ${due}` : ''}.`, CAN_DECIDE],
        facts,
      );
    case 'escalation':
      return facts.accepted
        ? plain(`No first contact yet: ${lead}`, [
            `${assignee} accepted ${lead}, but no first contact is recorded${contactDue ? `; it was due ${contactDue}` : ''}.`,
          ])
        : offer(
            `Promise broken: nobody answered for ${lead}`,
            [
              `${assignee} did not answer for ${lead} in the time both sides agreed on${due ? ` (${due})` : ''}.`,
              CAN_DECIDE,
            ],
            facts,
          );
    case 'expired':
      return plain(`Went back to marketing: ${lead}`, [
        `Nobody answered for ${lead} in time, so marketing takes the lead back. You need not do anything.`,
      ]);
    case 'passed_on':
      return plain(`Went to the next rep: ${lead}`, [
        `Nobody answered for ${lead} in time, so it is offered to somebody else. You need not do anything.`,
      ]);
    case 'return_to_acknowledge':
      return plain(
        `Comes back from sales: ${lead}`,
        [
          `${assignee} gave ${lead} back: ${reason}.`,
          'Until you acknowledge, both your names stand on the lead and nothing is sent.',
          `Acknowledge with ${facts.acknowledgeCall}`,
        ],
        facts.decision?.note ? [['Note of sales', facts.decision.note]] : [],
      );
    case 'acknowledge_escalation':
      return plain(`Nobody took it back: ${lead}`, [
        `Sales gave ${lead} back (${reason}), and marketing has not acknowledged it in the time both sides agreed on.`,
        `Acknowledge with ${facts.acknowledgeCall}`,
      ]);
    case 'first_touch_reminder':
      return plain(
        `First contact due: ${lead}`,
        [
          `You accepted ${lead}. The first contact is due${contactDue ? ` ${contactDue}` : ''}. ${facts.packet?.nextAction ?? ''}`.trim(),
        ],
        storyRows(facts),
      );
    case 'first_touch_team_owner':
      return plain(`First contact overdue: ${lead}`, [
        `${assignee} accepted ${lead} and has recorded no first contact${contactDue ? `; it was due ${contactDue}` : ''}.`,
      ]);
    case 'hand_raise':
      return plain(`Asked for sales: ${lead}`, [`${lead} asked for sales. ${whyNow(facts)}`.trim()]);
    case 'reply':
      return plain(`Replied: ${lead}`, [
        facts.accepted
          ? `${lead} answered one of our mails. Marketing has stopped writing to it: the answer is yours.`
          : `${lead} answered one of our mails. The cadence has stopped; nothing more is sent until you decide what comes next.`,
      ]);
    case 'review':
      return plain(`Please decide: ${lead}`, [
        `${lead} came back from sales (${reason}), and the policy leaves it to you what happens next.`,
      ]);
    case 'prep_answered':
      return prepAnswered(lead, facts);
    case 'playbook_over':
      return plain(`Tried as often as agreed: ${lead}`, [
        `You have tried to reach ${lead} as often as the playbook says, and did not.`,
        'You may try on, or give the lead back to marketing with the reason no_response.',
        `Give it back with ${facts.giveBackCall}`,
      ]);
    case 'mention':
      return plain(`${facts.mention?.author ?? 'Somebody'} mentions you: ${lead}`, [
        `${facts.mention?.author ?? 'Somebody'} wrote about ${lead}:`,
        facts.mention?.text ?? '',
        `Answer with ${facts.answerCall}`,
      ]);
    case 'touch_held':
      return heldTouch(lead, facts);
    case 'queued':
      return facts.missing.length > 0
        ? plain(`Cannot be offered yet: ${lead}`, [
            `${lead} is qualified, but sales needs to know more first: ${facts.missing.join(', ')}.`,
            'As soon as it is added to the lead, the offer goes out by itself.',
          ])
        : plain(`Nobody is free: ${lead}`, [
            `${lead} is qualified and waits, because nobody of your team is at work with room for another offer.`,
            'The offer goes out by itself as soon as somebody is.',
          ]);
  }
}

function brokenMails({ touch, releaseCall }: NoticeFacts): NoticeText | undefined {
  const breaker = touch?.breaker;
  if (!breaker) return undefined;
  const { scope, key, touches, failures } = breaker;
  const whose = scope === 'cadence' ? `of the cadence ${key}` : `to addresses at ${key}`;
  return plain(
    `Mails are held: too many ${whose} failed`,
    [
      `${failures} of ${touches} mails ${whose} within a day were refused or came back. Nothing more is sent there until somebody has looked; what is due is held, nothing is lost.`,
      `When the cause is mended, an operator releases it and what is held goes out one after the other: ${releaseCall}`,
    ],
    [],
  );
}

const NO_MORE_PREP =
  'This is the last mail about it: whatever the lead changes from now on stands on the page and in the answer of the handoff.';

function prepAnswered(lead: string, { prep, prepEnds, reader }: NoticeFacts): NoticeText {
  const stands = prep.filter(({ text, owner }) => text !== null && owner === 'rep').length;
  const yours = stands === 0 ? '' : ` ${stands === 1 ? 'One answer is' : `${stands} answers are`} yours to see to.`;
  return plain(
    `Has prepared: ${lead}`,
    [`${lead} has answered the checklist for your meeting.${yours}`, ...(prepEnds ? [NO_MORE_PREP] : [])],
    prep.map(({ ask, confirmed, text, answeredAt }): [string, string] => [
      ask,
      `${text ?? (confirmed ? 'done' : 'not done')} (${formatInstant(answeredAt.getTime(), reader.zone)})`,
    ]),
  );
}

function heldTouch(lead: string, facts: NoticeFacts): NoticeText {
  const { touch } = facts;
  const broken = brokenMails(facts);
  if (broken) return broken;
  const [code = '', field] = (touch?.reason ?? 'held').split(':');
  const why =
    code === 'missing_variable'
      ? `its template “${touch?.template ?? ''}” needs ${field ?? 'a field'}, which is not known of the lead`
      : `its template “${touch?.template ?? ''}” cannot be used (${code.replaceAll('_', ' ')})`;
  return plain(
    `A mail is held: ${lead}`,
    [
      `The next mail to ${lead} is held: ${why}. Until then the cadence waits.`,
      'It goes out by itself as soon as the field is added to the lead, or a version of the template is published that does without it.',
    ],
    [
      ['Cadence', touch?.cadence ?? ''],
      ['Step', touch?.step ?? ''],
    ],
  );
}

const CAN_DECIDE = 'You can answer in their place.';

function offer(subject: string, paragraphs: readonly string[], facts: NoticeFacts): NoticeText {
  const { links } = facts;
  return {
    subject,
    paragraphs,
    rows: [...packetRows(facts), ...storyRows(facts)],
    buttons:
      links === null
        ? []
        : [
            { text: 'Open and accept', url: links.accept, primary: true },
            { text: 'Reject, with a reason', url: links.reject, primary: false },
          ],
    foot: links === null ? null : DECIDE_FOOT,
  };
}

function plain(subject: string, paragraphs: readonly string[], rows: NoticeText['rows'] = []): NoticeText {
  return { subject, paragraphs, rows, buttons: [], foot: null };
}

function packetRows({ packet, routing, lead }: NoticeFacts): NoticeText['rows'] {
  if (packet === null) return [];
  const { reach, qualified, earlier, insights } = maskPacket(packet);
  const known = [reach.phone, reach.email, reach.country, reach.language].filter((text) => text !== null);
  return [
    ['Who', [lead.name, lead.title, lead.company].filter(Boolean).join(', ') || 'unknown'],
    ['Fit and interest', `grade ${packet.grade}, score ${packet.score}`],
    ['Reach', `${known.join(' · ')}${reach.missing.length > 0 ? ` (missing: ${reach.missing.join(', ')})` : ''}`],
    ['Do this next', packet.nextAction],
    ...(packet.prep === undefined || packet.prep.length === 0
      ? []
      : [['The lead is asked to bring', packet.prep.join('; ')] as [string, string]]),
    ...earlier.map((one): [string, string] => [`Handoff ${one.no}`, describeEarlier(one)]),
    ...insights.slice(-3).map((one): [string, string] => [one.kind.replaceAll('_', ' '), one.text]),
    ['Rule', rule(qualified)],
    ...(routing === null ? [] : [['Why you', routing] as [string, string]]),
  ];
}

function rule({ by, rule: words, ruleId, definition }: Packet['qualified']): string {
  if (by === 'person') return 'handed over by a person';
  if (by === 'step') return 'handed over by a cadence step';
  const version = definition === null ? '' : ` (definition ${definition.key}, version ${definition.version})`;
  return `${words ?? ruleId ?? 'the definition is met'}${version}`;
}

function storyRows({ packet, reader }: NoticeFacts): NoticeText['rows'] {
  if (packet === null) return [];
  return packet.story.items
    .slice(-STORY_ITEMS)
    .map((item): [string, string] => [
      formatInstant(Date.parse(item.at), reader.zone),
      item.times > 1 ? `${item.text} (${item.times} times)` : item.text,
    ]);
}

const whyNow = ({ packet }: NoticeFacts): string => packet?.whyNow ?? '';

function leadLabel({ lead }: Pick<NoticeFacts, 'lead'>): string {
  return [lead.name, lead.company].filter(Boolean).join(', ') || 'a lead';
}

const instant = (at: number | null, { reader }: NoticeFacts): string | null =>
  at === null ? null : formatInstant(at, reader.zone);
