import type { CadencePlan } from '../cadence/cadence-plan.js';
import { stopCover } from './air-cover.js';
import { enrollByHand, pause, removeFromCadence, resume } from './advance-cadence-command.js';
import { disqualify, erase, push, reopen } from './advance-lead-command.js';
import { accept, reassign, reject, undo, withdraw } from './advance-offer-command.js';
import { migrateEnrollment, migrateSuspended } from './advance-migration.js';
import { acknowledge } from './advance-return-command.js';
import { closeOutcome, firstTouch, giveBack } from './advance-sales-command.js';
import { completeTodo } from './advance-todo.js';
import type { Draft } from './draft.js';
import type { CommandAnswer, LeadCommand } from './lead-command.js';
import { refuseCommand } from './refuse-command.js';

/** Carries a command out at `at`; the answer is given to the caller once the projection is stored. */
export function takeCommand(
  draft: Draft,
  command: LeadCommand,
  at: number,
  plan: CadencePlan | undefined,
): CommandAnswer {
  const refused = refuseCommand(draft.process, command, at);
  if (refused) return refused;
  switch (command.kind) {
    case 'accept':
      return accept(draft, command, at);
    case 'reject':
      return reject(draft, command, at);
    case 'undo':
      return undo(draft, command, at);
    case 'reassign':
      return reassign(draft, command, at);
    case 'withdraw':
      return withdraw(draft, command, at, plan);
    case 'acknowledge':
      return acknowledge(draft, command, at, plan);
    case 'first_touch':
      return firstTouch(draft, command, at);
    case 'give_back':
      return giveBack(draft, command, at);
    case 'stop_cover':
      return stopCover(draft, command, at);
    case 'outcome':
      return closeOutcome(draft, command, at);
    case 'complete_todo':
      return completeTodo(draft, command, at, plan);
    case 'migrate_enrollment':
      return migrateEnrollment(draft, command, at);
    case 'migrate_suspended':
      return migrateSuspended(draft, command, at);
    case 'enroll':
      return enrollByHand(draft, command, at);
    case 'pause':
      return pause(draft, command, at);
    case 'resume':
      return resume(draft, command, at, plan);
    case 'remove_from_cadence':
      return removeFromCadence(draft, command, at);
    case 'push':
      return push(draft, command, at);
    case 'disqualify':
      return disqualify(draft, command, at);
    case 'reopen':
      return reopen(draft, command, at);
    case 'erase':
      return erase(draft, command, at);
  }
}
