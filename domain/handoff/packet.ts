import type { Grade } from '../condition/condition-facts.js';
import type { PrepPolicy } from './prep/prep-policy.schema.js';

/**
 * The context frozen when a handoff is offered (product: The zone, packet): the same in mail, page and REST, stored as
 * JSON. Instants are ISO strings. Phone and address stand in it in full; `maskPacket` hides them until acceptance.
 */
export interface Packet {
  /** The one sentence: why now. */
  readonly whyNow: string;
  readonly handoffNo: number;
  readonly qualified: PacketQualification;
  readonly grade: Grade;
  /** To one decimal. */
  readonly score: number;
  /** What gave the grade, in the order of the score model. */
  readonly gradeItems: readonly { readonly what: string; readonly points: number }[];
  /** What the score is made of now, largest first. */
  readonly scoreItems: readonly { readonly what: string; readonly at: string; readonly points: number }[];
  readonly story: PacketStory;
  /** What the lead read, watched or took home, last one first. */
  readonly content: readonly { readonly what: string; readonly times: number; readonly lastAt: string }[];
  readonly handRaise: { readonly kind: string; readonly purpose: string | null; readonly at: string } | null;
  readonly reach: PacketReach;
  readonly nextAction: string;
  /** What the lead will be asked to bring, in the words it reads; packets from before there were checklists have none. */
  readonly prep?: readonly string[];
  readonly earlier: readonly PacketEarlierHandoff[];
  readonly insights: readonly {
    readonly kind: string;
    readonly text: string;
    readonly at: string;
    readonly by: string;
  }[];
  readonly campaign: { readonly key: string; readonly name: string } | null;
  readonly source: string;
}

export interface PacketQualification {
  readonly by: 'definition' | 'person' | 'step';
  readonly at: string;
  readonly ruleId: string | null;
  /** The rule in words. */
  readonly rule: string | null;
  readonly definition: { readonly key: string; readonly version: number; readonly versionId: string } | null;
  /** In words of the person or of the cadence's step. */
  readonly reason: string | null;
}

export interface PacketStory {
  /** Engagements in order, equal ones in a row together; the last ones when there are very many. */
  readonly items: readonly PacketStoryItem[];
  readonly engagements: number;
  readonly days: number;
}

export interface PacketStoryItem {
  readonly at: string;
  readonly kind: string;
  readonly text: string;
  readonly times: number;
  /** Points these engagements gave, before decay; 0 for none. */
  readonly points: number;
}

export interface PacketReach {
  readonly name: string | null;
  readonly title: string | null;
  readonly company: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly country: string | null;
  readonly language: string | null;
  readonly timeZone: string | null;
  readonly consent: { readonly basis: string; readonly at: string } | null;
  readonly complete: boolean;
  /** Names of what is missing, mandatory fields first. */
  readonly missing: readonly string[];
}

export interface PacketEarlierHandoff {
  readonly no: number;
  readonly state: string;
  readonly assignee: string;
  readonly decidedAt: string | null;
  /** Label of the rejection reason. */
  readonly reason: string | null;
  readonly note: string | null;
}

/** An engagement as the story needs it. */
export interface ToldEngagement {
  readonly seq: number;
  readonly kind: string;
  readonly at: number;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly handRaise: boolean;
  readonly purpose: string | null;
}

/** Everything a packet is made of, read from the record at the offer. Instants are epoch milliseconds. */
export interface PacketInput {
  readonly handoffNo: number;
  readonly at: number;
  readonly lead: Omit<PacketReach, 'consent' | 'complete' | 'missing'> & {
    readonly consent: { readonly basis: string; readonly at: number } | null;
  };
  readonly source: string;
  readonly campaign: { readonly key: string; readonly name: string | null } | null;
  readonly qualified: Omit<PacketQualification, 'at'> & { readonly at: number };
  readonly grade: Grade;
  readonly score: number;
  readonly gradeItems: readonly { readonly ruleId: string; readonly points: number }[];
  /** `points` as awarded, `pointsNow` after decay and multipliers; `seq` of the engagement, null for a start score. */
  readonly scoreItems: readonly {
    readonly seq: number | null;
    readonly ruleId: string;
    readonly at: number;
    readonly points: number;
    readonly pointsNow: number;
  }[];
  /** Counted ones: machine class left out. */
  readonly engagements: readonly ToldEngagement[];
  /** Subject of what was sent, by step id, for clicks. */
  readonly touchTitles: Readonly<Record<string, string>>;
  /** The checklists the handoff falls under. */
  readonly prep?: PrepPolicy | undefined;
  /** From `missingMandatory`: what the definition wants and the lead has not. */
  readonly missingMandatory: readonly string[];
  readonly earlier: readonly (Omit<PacketEarlierHandoff, 'decidedAt'> & { readonly decidedAt: number | null })[];
  readonly insights: readonly {
    readonly kind: string;
    readonly text: string;
    readonly at: number;
    readonly by: string;
  }[];
}
