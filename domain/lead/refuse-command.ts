import { refuseStopCover } from './air-cover.js';
import { refuseMigration, refuseSuspendedMigration } from './advance-migration.js';
import { refuseTodo } from './advance-todo.js';
import type { CommandAnswer, LeadCommand } from './lead-command.js';
import type { DecisionKind, LastDecision, LeadProcess } from './lead-process.js';
import type { LeadState } from './lead-state.js';
import { refuseCadenceCommand } from './refuse-cadence-command.js';
import { isWithSales } from './sales-states.js';

/**
 * Why the command does not apply to the process as it stands; undefined when it does. The same person with the same
 * decision gets the same answer again, anything else after a decision is refused with who and when. `now` in epoch
 * milliseconds on the lead's clock.
 */
export function refuseCommand(process: LeadProcess, command: LeadCommand, now: number): CommandAnswer | undefined {
  const { state, handoff, returning } = process;
  const inSales = isWithSales(state);
  switch (command.kind) {
    case 'accept':
    case 'reject':
    case 'reassign':
      if (state === 'offered' && handoff?.no === command.handoffNo && handoff.offeredAt !== undefined) return undefined;
      return decided(process, command, command.handoffNo, OFFER_DECISIONS, 'not_offered');
    case 'undo':
      return refuseUndo(process, command, now);
    case 'acknowledge':
      if (state === 'returning' && returning?.handoffNo === command.handoffNo) return undefined;
      return decided(process, command, command.handoffNo, RETURN_DECISIONS, 'not_returning');
    case 'first_touch':
    case 'give_back':
      if (inSales && handoff?.no === command.handoffNo) return undefined;
      return decided(process, command, command.handoffNo, SALES_DECISIONS, 'not_accepted');
    case 'stop_cover':
      if (inSales && handoff?.no === command.handoffNo) return refuseStopCover(process);
      return decided(process, command, command.handoffNo, SALES_DECISIONS, 'not_accepted');
    case 'outcome':
      if (inSales) return undefined;
      return decided(process, command, process.handoffs, SALES_DECISIONS, 'not_accepted');
    case 'withdraw':
      if (isOnItsWay(process, command.handoffNo)) return undefined;
      return decided(process, command, command.handoffNo ?? process.handoffs, OFFER_DECISIONS, 'not_offered');
    case 'push':
      if (state === 'nurturing') return undefined;
      return decided(process, command, process.handoffs, ['pushed'], 'not_in_nurture');
    case 'complete_todo':
      return refuseTodo(process, command);
    case 'migrate_enrollment':
      return refuseMigration(process, command);
    case 'migrate_suspended':
      return refuseSuspendedMigration(process, command);
    case 'disqualify':
      return MARKETING_STATES.includes(state) ? undefined : { ok: false, state, why: 'not_in_marketing' };
    case 'enroll':
    case 'pause':
    case 'resume':
    case 'remove_from_cadence':
      return refuseCadenceCommand(process, command);
    case 'reopen':
      if (state === 'disqualified') return undefined;
      return decided(process, command, undefined, ['reopened'], 'not_disqualified');
    case 'erase':
      return state === 'erased' ? { ok: true, state, at: process.since, repeated: true } : undefined;
  }
}

const MARKETING_STATES: readonly LeadState[] = ['raw', 'nurturing', 'qualified', 'offered'];
const OFFER_DECISIONS: readonly DecisionKind[] = ['accepted', 'rejected', 'expired', 'withdrawn'];
const SALES_DECISIONS: readonly DecisionKind[] = ['rejected', 'expired', 'withdrawn', 'given_back', 'won', 'lost'];
const RETURN_DECISIONS: readonly DecisionKind[] = ['acknowledged', 'undone'];
const HANDOFF_DECISIONS: readonly DecisionKind[] = [...OFFER_DECISIONS, ...SALES_DECISIONS, ...RETURN_DECISIONS];

const isOnItsWay = ({ state, handoff }: LeadProcess, handoffNo: number | undefined): boolean =>
  (state === 'qualified' || state === 'offered') && (handoffNo === undefined || handoff?.no === handoffNo);

function refuseUndo(
  process: LeadProcess,
  command: Extract<LeadCommand, { kind: 'undo' }>,
  now: number,
): CommandAnswer | undefined {
  const { state, undo, lastDecision } = process;
  if (undo?.handoffNo !== command.handoffNo)
    return decided(process, command, command.handoffNo, HANDOFF_DECISIONS, 'not_decided');
  const decision = lastDecision === undefined ? {} : { decision: lastDecision };
  if (undo.by !== command.by) return { ok: false, state, why: 'not_the_decider', ...decision };
  return now < undo.until ? undefined : { ok: false, state, why: 'too_late', ...decision };
}

/** The answer of the same decision again, or a refusal that names the one of `kinds` that stands in the way. */
function decided(
  { state, lastDecision, earlierDecisions = [] }: LeadProcess,
  command: LeadCommand,
  handoffNo: number | undefined,
  kinds: readonly DecisionKind[],
  why: string,
): CommandAnswer {
  const all = lastDecision ? [lastDecision, ...earlierDecisions] : earlierDecisions;
  const decision = all.find(
    (one) => (handoffNo === undefined || one.handoffNo === handoffNo) && kinds.includes(one.kind),
  );
  if (!decision) return { ok: false, state, why };
  if (isSame(decision, command)) return { ok: true, state, at: decision.at, repeated: true };
  return { ok: false, state, why: 'already_decided', decision };
}

/** What a command decides; a touch, and what closes a lead, is nobody's decision on a handoff. */
function kindOf(command: LeadCommand): DecisionKind | undefined {
  switch (command.kind) {
    case 'accept':
      return 'accepted';
    case 'reject':
      return 'rejected';
    case 'reassign':
    case 'withdraw':
      return 'withdrawn';
    case 'acknowledge':
      return 'acknowledged';
    case 'give_back':
      return 'given_back';
    case 'undo':
      return 'undone';
    case 'push':
      return 'pushed';
    case 'reopen':
      return 'reopened';
    case 'outcome':
      return command.outcome;
    default:
      return undefined;
  }
}

function isSame(decision: LastDecision, command: LeadCommand): boolean {
  const toPersonId = command.kind === 'reassign' ? command.toPersonId : undefined;
  const rerouted = command.kind === 'reassign' && toPersonId === undefined ? true : undefined;
  const isThere = decision.toPersonId === toPersonId && decision.rerouted === rerouted;
  return decision.kind === kindOf(command) && decision.by === command.by && isThere;
}
