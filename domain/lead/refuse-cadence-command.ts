import type { CommandAnswer, LeadCommand } from './lead-command.js';
import type { LeadProcess } from './lead-process.js';
import { isClosed } from './lead-state.js';
import { hasRoomBelow } from './suspend-enrollment.js';

export type CadenceCommand = Extract<LeadCommand, { kind: 'enroll' | 'pause' | 'resume' | 'remove_from_cadence' }>;

/** Why an order about a lead's cadences does not apply; undefined when it does. */
export function refuseCadenceCommand(process: LeadProcess, command: CadenceCommand): CommandAnswer | undefined {
  const { state, paused } = process;
  const refused = (why: string): CommandAnswer => ({ ok: false, state, why });
  switch (command.kind) {
    case 'resume':
      return paused && !isClosed(state) ? undefined : refused('not_paused');
    case 'pause':
      // Paused is paused, whoever says it again.
      if (paused) return { ok: true, state, at: paused.at, repeated: true };
      return state === 'nurturing' ? undefined : refused('not_in_nurture');
    case 'enroll':
      if (state !== 'nurturing') return refused('not_in_nurture');
      return refuseEnroll(process, command.cadence);
    case 'remove_from_cadence':
      if (state !== 'nurturing') return refused('not_in_nurture');
      return isIn(process, command.cadence) ? undefined : refused('not_in_cadence');
  }
}

function refuseEnroll(process: LeadProcess, cadence: string): CommandAnswer | undefined {
  const { state, paused, contactable, enrollment } = process;
  const refused = (why: string): CommandAnswer => ({ ok: false, state, why });
  if (!contactable) return refused('not_contactable');
  if (paused) return refused('paused');
  if (isIn(process, cadence)) return refused('already_inside');
  return enrollment && !hasRoomBelow(process) ? refused('too_deep') : undefined;
}

/** Whether the lead runs through the cadence, or left it below; without a cadence: through any. */
export const isIn = ({ enrollment, suspended = [] }: LeadProcess, cadence: string | undefined): boolean =>
  cadence === undefined
    ? enrollment !== undefined
    : [enrollment, ...suspended].some((one) => one !== undefined && one.cadence === cadence);
