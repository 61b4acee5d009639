import { fieldLabel, plainName } from '../condition/describe-condition.js';
import { missingMandatory } from '../qualification/missing-mandatory.js';
import {
  at,
  breachSentence,
  decisionsOf,
  type ExplainInput,
  ladderUntil,
  listWords,
  originSentence,
  personOf,
  qualifiedSentence,
  rungSentences,
  scoreSentence,
  type StateExplanation,
  undoSentence,
  type WaitsFor,
} from './explain-words.js';
import type { ReturnProcess } from './lead-process.js';

const given = (sentence: string | undefined): string[] => (sentence === undefined ? [] : [sentence]);

/** Rule, grade and score, origin: why it went to sales at all. */
const reasonsOf = (input: ExplainInput): string[] => [
  ...given(qualifiedSentence(input)),
  scoreSentence(input),
  originSentence(input),
];

export function explainQualified(input: ExplainInput): StateExplanation {
  const { process } = input;
  return {
    sentence: `MQL since ${at(input, process.since)}, not offered yet${lackSentence(input)}.`,
    because: reasonsOf(input),
    waitsFor: waitsForOffer(input),
    wouldMove: [
      'With a complete packet and a rep available it is offered at once.',
      ...(process.enrollment ? ['Its cadence is suspended meanwhile, with its remaining time.'] : []),
    ],
  };
}

export function explainOffered(input: ExplainInput): StateExplanation {
  const { process } = input;
  const { handoff } = process;
  // Given to another rep by hand, and the new handoff is not open yet.
  if (handoff?.offeredAt === undefined) {
    const to = personOf(input, handoff?.wantedAssigneeId);
    return {
      sentence: `Being offered to ${to}${lackSentence(input)}.`,
      because: reasonsOf(input),
      waitsFor: waitsForOffer(input),
      wouldMove: [],
    };
  }
  const rep = personOf(input, handoff.assigneeId);
  return {
    sentence: `Offered to ${rep} on ${at(input, handoff.offeredAt)}, handoff ${handoff.no}; nobody has decided yet.`,
    because: [...reasonsOf(input), ...breachSentence(input)],
    waitsFor: waitsForPerson(input, ['accept', 'reject'], `The decision of ${rep}: accept or reject`),
    wouldMove: [
      'Accepting gives it to sales; rejecting, with a reason, sends it back to marketing.',
      ...rungSentences(input),
    ],
  };
}

export function explainAccepted(input: ExplainInput): StateExplanation {
  const { handoff } = input.process;
  const rep = personOf(input, handoff?.assigneeId);
  const graceEndsAt = handoff?.graceEndsAt;
  const promise = handoff?.firstContactBy;
  return {
    sentence: `SQL: accepted on ${at(input, handoff?.acceptedAt ?? input.process.since)}; the first touch by ${rep} is due.`,
    because: [
      ...reasonsOf(input),
      ...(promise === undefined ? [] : [`The first contact was promised by ${at(input, promise)}.`]),
      ...breachSentence(input),
    ],
    waitsFor: waitsForPerson(input, ['first_touch'], `The first touch by ${rep}`),
    wouldMove: [
      'The first touch takes it to working; giving it back returns it to marketing.',
      ...undoSentence(input),
      ...coverSentence(input),
      ...(graceEndsAt ? [`On ${at(input, graceEndsAt)} the shared zone ends: sales answers alone.`] : []),
      ...rungSentences(input),
    ],
  };
}

/** What marketing writes meanwhile. */
function coverSentence(input: ExplainInput): string[] {
  const { handoff, enrollment } = input.process;
  const { coverAt = 0, graceEndsAt = 0 } = handoff ?? {};
  const until = graceEndsAt === 0 ? '' : `, until ${at(input, graceEndsAt)} at the latest`;
  if (enrollment?.phase === 'air_cover' && (enrollment.suspendedAt !== undefined || enrollment.held !== undefined)) {
    const why =
      enrollment.held === undefined ? 'its cadence is paused' : `its touch is held (${plainName(enrollment.held)})`;
    return [`Air cover ${enrollment.cadence} stands at step ${enrollment.step}: ${why}; sales can stop it.`];
  }
  if (enrollment?.phase === 'air_cover')
    return [
      `Air cover ${enrollment.cadence} runs beside sales, at step ${enrollment.step}${until}; sales can stop it.`,
    ];
  return coverAt === 0
    ? []
    : [`From ${at(input, coverAt)} on marketing writes beside sales${until}; sales can stop it.`];
}

export function explainWorking(input: ExplainInput): StateExplanation {
  const { handoff, since } = input.process;
  const rep = personOf(input, handoff?.assigneeId);
  return {
    sentence: `Sales works on it (${rep}) since ${at(input, handoff?.firstTouchAt ?? since)}.`,
    because: reasonsOf(input),
    waitsFor: { kinds: ['outcome'], until: null, sentence: 'The outcome: won or lost.' },
    wouldMove: ['Won or lost closes the loop; giving it back returns it to marketing.', ...coverSentence(input)],
  };
}

export function explainReturning(input: ExplainInput): StateExplanation {
  const { returning } = input.process;
  return {
    sentence: returning ? returnSentence(input, returning) : 'On its way back to marketing.',
    because: [...reasonsOf(input), ...breachSentence(input)],
    waitsFor: waitsForPerson(input, ['acknowledge'], 'Marketing takes it back'),
    wouldMove: [
      ...(returning ? [pathSentence(input, returning)] : []),
      ...undoSentence(input),
      ...rungSentences(input),
    ],
  };
}

function returnSentence(input: ExplainInput, returning: ReturnProcess): string {
  const decision = decisionsOf(input.process).find((one) => one.handoffNo === returning.handoffNo);
  const reason = returning.reason === null ? '' : ` (${input.names.reason(returning.reason)})`;
  const when = at(input, returning.decidedAt);
  const waits = 'marketing has not taken it back yet';
  if (returning.cause === 'expired')
    return `Nobody answered handoff ${returning.handoffNo} in time, ${when}; ${waits}.`;
  if (returning.cause === 'rejected') {
    return `Rejected by ${personOf(input, decision?.by)}${reason} on ${when}; ${waits}.`;
  }
  return `Given back by ${personOf(input, decision?.by)}${reason} on ${when}; ${waits}.`;
}

/** Where acknowledging takes it, as the recycle policy says. */
function pathSentence(input: ExplainInput, { path, raised }: ReturnProcess): string {
  if (path?.to === 'disqualify') return 'Acknowledged, it is disqualified: the policy says so for this reason.';
  if (raised) return 'A hand-raise came meanwhile: acknowledged, it is offered again.';
  const earliest = path?.earliestReturnAt;
  const resting = earliest !== undefined && earliest > input.now ? `, and rests until ${at(input, earliest)}` : '';
  if (path?.to === 'cadence') return `Acknowledged, it goes to cadence ${path.cadence}${resting}.`;
  if (path?.to === 'review') return `Acknowledged, its marketer decides what is next${resting}.`;
  const { enrollment } = input.process;
  const where = enrollment ? ` cadence ${enrollment.cadence} at step ${enrollment.step}` : ' nurture';
  return `Acknowledged, it resumes${where}${resting}.`;
}

function waitsForPerson(input: ExplainInput, kinds: readonly string[], what: string): WaitsFor {
  const until = ladderUntil(input);
  return { kinds, until, sentence: until === null ? `${what}.` : `${what}, by ${at(input, until)}.` };
}

/** What keeps a qualified lead from being offered. */
function waitsForOffer(input: ExplainInput): WaitsFor {
  const { waiting } = input.process.handoff ?? {};
  const until = waiting?.retryAt ?? null;
  const again = until === null ? '' : ` The next look is on ${at(input, until)}.`;
  if (waiting?.why === 'packet_incomplete') {
    const missing = missingFields(input);
    const what = missing.length === 0 ? 'the missing fields of the packet' : listWords(missing);
    return { kinds: ['profile_change'], until, sentence: `Somebody fills in ${what}.${again}` };
  }
  if (waiting?.why === 'offer_failed') return { kinds: [], until, sentence: `Another try to make the offer.${again}` };
  if (waiting) return { kinds: ['rep_available'], until, sentence: `A rep who is available.${again}` };
  return { kinds: ['offer'], until, sentence: 'Its offer, which is being made.' };
}

function lackSentence(input: ExplainInput): string {
  const { waiting } = input.process.handoff ?? {};
  if (!waiting) return '';
  if (waiting.why === 'offer_failed') return ': making the offer failed';
  if (waiting.why !== 'packet_incomplete') return ': no rep is available';
  const missing = missingFields(input);
  return missing.length === 0 ? ': its packet is not complete' : `: its packet lacks ${listWords(missing)}`;
}

function missingFields({ process, names, facts }: ExplainInput): string[] {
  const versionId = process.handoff?.definitionVersionId;
  const definition = versionId ? names.definition(versionId) : undefined;
  return definition ? missingMandatory(definition.document, facts).map(fieldLabel) : [];
}
