import { describeDuration } from '../time/duration.js';
import { at, type ExplainInput, personOf, type StateExplanation } from './explain-words.js';
import type { EnrollmentProcess } from './lead-process.js';

type Stands = { readonly situation: string } & Pick<StateExplanation, 'waitsFor'>;

/** Its clock stands because a person paused the lead or its cadence; only a person lets it go on. */
export function explainPaused(input: ExplainInput, where: string, enrollment?: EnrollmentProcess): Stands | undefined {
  const { process, standing } = input;
  const { paused } = process;
  const stoppedAt = enrollment?.pausedBy === undefined ? undefined : enrollment.suspendedAt;
  const since = paused?.at ?? standing?.pausedAt ?? stoppedAt;
  if (since === undefined) return undefined;
  const what = paused ? `it is paused by ${personOf(input, paused.by)}` : 'the cadence is paused';
  return {
    situation: `${where}${what} since ${at(input, since)}`,
    waitsFor: { kinds: ['person'], until: null, sentence: `A person to resume the ${paused ? 'lead' : 'cadence'}.` },
  };
}

const PUT_OFF: Readonly<Record<string, string>> = {
  min_gap: 'the minimum gap to the touch before it',
  frequency: 'the frequency cap, over all cadences',
  window: 'the send window',
};

/** Why the touch goes at its instant and no earlier. */
export function putOffWords({ standing }: ExplainInput): string {
  const why = standing?.putOff === undefined ? undefined : PUT_OFF[standing.putOff];
  return why === undefined ? '' : `, the next free slot by ${why}`;
}

/** What waits below the running enrollment, the next to resume first. */
export function suspendedSentences(input: ExplainInput): string[] {
  const { enrollment, suspended = [] } = input.process;
  return [...suspended].reverse().map(({ cadence, step, suspendedAt, dueAt }, index) => {
    const by = suspended[suspended.length - index]?.cadence ?? enrollment?.cadence ?? '';
    const since = suspendedAt === undefined ? '' : ` since ${at(input, suspendedAt)}`;
    const left = dueAt === undefined || suspendedAt === undefined ? '' : `, ${timeLeft(dueAt - suspendedAt)} left`;
    return `Cadence ${cadence} waits at step ${step}${since}, superseded by cadence ${by}${left}.`;
  });
}

const MINUTE_MS = 60_000;

function timeLeft(ms: number): string {
  const minutes = Math.max(0, Math.ceil(ms / MINUTE_MS));
  const hours = Math.floor((minutes % 1440) / 60);
  return describeDuration({ weeks: 0, days: Math.floor(minutes / 1440), hours, minutes: minutes % 60, seconds: 0 });
}
