import type { CadencePlan } from '../cadence/cadence-plan.js';
import type { Draft } from './draft.js';
import { endEnrollment, endSuspended } from './end-enrollment.js';
import type { CommandAnswer, LeadCommand } from './lead-command.js';
import { resumeEnrollment, suspendEnrollment } from './suspend-enrollment.js';

/** Orders about a lead's cadences, each only where `refuseCadenceCommand` has nothing against it. */

type Order<K extends LeadCommand['kind']> = Extract<LeadCommand, { kind: K }>;

const done = (draft: Draft, at: number): CommandAnswer => ({ ok: true, state: draft.process.state, at });

/** A person puts the lead into a cadence, whatever entry and re-entry say; the next sync brings its plan. */
export function enrollByHand(draft: Draft, { by, cadence, noteId }: Order<'enroll'>, at: number): CommandAnswer {
  draft.record('decided', at, { kind: 'enrolled_by_hand', by, cadence, noteId });
  draft.set({ nextCadence: cadence, noCadenceUntil: undefined, hold: undefined, earliestReturnAt: undefined });
  return done(draft, at);
}

/** The clock of the enrollment stops, and no cadence takes the lead until a person resumes it. */
export function pause(draft: Draft, { by, noteId }: Order<'pause'>, at: number): CommandAnswer {
  suspendEnrollment(draft, at);
  draft.set({ paused: { at, by } });
  draft.record('decided', at, { kind: 'paused', by, noteId });
  return done(draft, at);
}

/** What stood still because of the pause goes on; what stands for another reason waits for that alone. */
export function resume(
  draft: Draft,
  { by, policy, noteId }: Order<'resume'>,
  at: number,
  plan: CadencePlan | undefined,
): CommandAnswer {
  draft.set({ paused: undefined });
  draft.record('decided', at, { kind: 'resumed', by, policy, noteId });
  const { enrollment, state } = draft.process;
  if (state !== 'nurturing' || enrollment?.suspendedAt === undefined || enrollment.pausedBy !== undefined)
    return done(draft, at);
  const { resumeAt } = enrollment;
  if (resumeAt !== undefined) draft.set({ enrollment: { ...enrollment, resumeAt: Math.max(resumeAt, at) } });
  else if (plan) resumeEnrollment(draft, plan, at, policy);
  else draft.set({ enrollment: { ...enrollment, resumeAt: at } });
  return done(draft, at);
}

/** A person takes the lead out; by itself it does not enter that cadence again. */
export function removeFromCadence(
  draft: Draft,
  { by, cadence, noteId }: Order<'remove_from_cadence'>,
  at: number,
): CommandAnswer {
  const { enrollment, suspended = [] } = draft.process;
  const below = enrollment?.cadence === cadence ? undefined : suspended.find((one) => one.cadence === cadence);
  draft.record('decided', at, { kind: 'removed', by, cadence: cadence ?? enrollment?.cadence, noteId });
  if (below) endSuspended(draft, below.no, 'removed', at);
  else endEnrollment(draft, 'removed', at);
  return done(draft, at);
}
