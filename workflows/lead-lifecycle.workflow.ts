import { allHandlersFinished, condition, continueAsNew, setHandler, workflowInfo } from '@temporalio/workflow';
import type { CadencePlan } from '../domain/cadence/cadence-plan.js';
import { advanceLead, commandLead, type LeadInput } from '../domain/lead/advance-lead.js';
import { applyAnswers, askOf } from '../domain/lead/ask-of.js';
import { decideNext, directTouch, nextWakeAt } from '../domain/lead/decide-next.js';
import type { Advance, LeadEffect, LeadProcess, LeadRecord } from '../domain/lead/lead-process.js';
import { newLeadProcess } from '../domain/lead/new-lead-process.js';
import { isClosed } from '../domain/lead/lead-state.js';
import type { Answers, SyncLeadInput } from '../domain/lead/lead-sync.js';
import { fullAnswers } from '../domain/lead/lean-answers.js';
import * as contract from './contracts/lead-lifecycle.contract.js';
import { local } from './activity-proxies.js';
import { CommandQueue } from './command-queue.js';
import { decodeLeadInput } from './decode-lead-input.js';
import { DeadlineTimer } from './deadline-timer.js';
import { leadClock } from './lead-clock.js';
import { LeadEffects } from './lead-effects.js';
import { LeadVisibility, timerSummary } from './lead-visibility.js';
import { persistently } from './persistently.js';
import { SignalQueue } from './signal-queue.js';
import { TurnCounter } from './turn-counter.js';

/** Own cap on the history of one run: replay after eviction is the real cost of an idle lead. */
const MAX_HISTORY = 400;

/**
 * The whole life of one lead. The loop owns the process; handlers only queue and await. One turn: take what came in, store
 * it and learn what holds (`syncLead`), act on the earliest thing that is due, and wait when nothing is.
 */
export async function leadLifecycle(given: contract.LeadLifecycleInput): Promise<void> {
  const input = decodeLeadInput(given);
  const { leadId, clockOffsetMs = 0 } = input;
  const now = leadClock(clockOffsetMs);

  let process: LeadProcess = input.process ?? newLeadProcess(now(), input.v);
  let plan: CadencePlan | undefined = input.plan;
  let records: LeadRecord[] = [];
  let answers: Answers | undefined;
  let accountableId: string | undefined;
  // Something came in, or the process moved, since the last sync.
  let dirty = true;
  let idle = false;
  let offering = false;
  /** The process before a wait was left without a sync, and its revision. */
  let undo: { readonly process: LeadProcess; readonly rev: number } | undefined;
  const results: LeadInput[] = [];
  const wake = (): void => {
    idle = false;
  };
  const timer = new DeadlineTimer(wake);
  const visibility = new LeadVisibility(input.process !== undefined);
  const effects = new LeadEffects(leadId, input.ioQueue ?? contract.IO_QUEUE, now, wake);
  const signals = new SignalQueue(leadId, now, (ignored) => results.push(ignored));
  const turns = new TurnCounter(leadClock(0));
  const commands = new CommandQueue(
    () => process,
    () => !dirty,
    now,
  );

  setHandler(contract.pokeSignal, () => {
    dirty = true;
  });
  signals.listen();
  setHandler(contract.leadSnapshotQuery, () => ({
    process,
    now: now(),
    nextWakeAt: nextWakeAt(process, plan, now()) ?? null,
    idle: idle && !effects.busy && !queued(),
  }));
  commands.listen();

  for (;;) {
    turns.current();
    await takeQueues();
    if (dirty) {
      await sync();
      // The sync answers for the instant at which it looked; what comes later has to be looked at.
      const lookedAt = (input.v >= 2 ? answers?.at : undefined) ?? now();
      const item = answers && !(input.v >= 2 && commands.ending) && decideNext(process, answers, lookedAt, plan);
      // An offer that is being made needs no second try.
      if (item && !(item.kind === 'try_offer' && effects.offering)) {
        act(item);
        continue;
      }
      const next = nextWakeAt(process, plan, lookedAt) ?? Number.POSITIVE_INFINITY;
      if (next > lookedAt && next <= now()) continue;
    } else if (startDirectTouch()) {
      // Its claim checks everything and says `stale` when a fact waits, so the sync before it is saved.
    } else if ((nextWakeAt(process, plan, now()) ?? Number.POSITIVE_INFINITY) <= now()) {
      // Pull before acting on a deadline: after an outage the timer fires before the pokes arrive.
      dirty = true;
      continue;
    }
    if (queued()) continue;
    const wakeAt = nextWakeAt(process, plan, now());
    visibility.show(process, accountableId, wakeAt);
    if (isClosed(process.state) && !effects.busy) break;
    await renew();
    timer.arm(wakeAt, now(), timerSummary(process));
    idle = true;
    await condition(() => queued() || !idle);
    idle = false;
  }
  commands.close();
  timer.disarm();
  await condition(allHandlersFinished);

  /** Starts a touch that is due, leaving the wait before it, without a sync; false when something else is due too. */
  function startDirectTouch(): boolean {
    const direct = directTouch(process, plan, now());
    if (!direct) return false;
    if (direct === 'after_wait') {
      // What `stale` brings back: facts that wait are reduced before the end of the wait.
      undo = { process, rev: process.rev };
      act({ kind: 'wait_over', at: process.enrollment?.dueAt ?? now() });
      dirty = false;
    }
    act({ kind: 'touch', at: now() });
    return true;
  }

  function queued(): boolean {
    return dirty || results.length > 0 || signals.waiting || commands.waiting;
  }

  /** Results of effects first, then what people decided. */
  async function takeQueues(): Promise<void> {
    if (answers === undefined && input.process === undefined) return; // The record may know more than a fresh start.
    for (let result = results.shift(); result; result = results.shift()) act(result);
    for (let decision = signals.next(); decision; decision = signals.next()) {
      const ignored = await signals.refuse(process, decision);
      if (ignored) act(ignored);
      else apply(commandLead(process, decision, now(), plan));
    }
    commands.take((command) => {
      const { answer, ...advance } = commandLead(process, command, now(), plan);
      if (advance.records.length > 0) apply(advance);
      if (command.kind === 'migrate_enrollment' && process.enrollment?.versionId === command.plan.versionId)
        plan = command.plan;
      return answer;
    });
    // What changed nothing is answered at once, the rest when it is stored.
    if (!dirty) commands.told()();
    if (!offering) return;
    offering = false;
    if (!process.handoff || effects.offering) return;
    if (input.v < 2) {
      act({ kind: 'offer_result', outcome: await effects.openHandoff(process.handoff) });
      return;
    }
    effects.offer(process.handoff, (result) => results.push(result));
    // An offer takes one task with what follows from it, unless somebody comes between.
    await condition(() => !effects.offering || signals.waiting || commands.waiting);
    await takeQueues();
  }

  function act(item: LeadInput): void {
    apply(advanceLead(process, item, now(), plan));
    if (item.kind === 'entry' || item.kind === 'supersede' || item.kind === 'cover') plan = item.plan;
  }

  function apply(advance: Advance): void {
    const moved = advance.records.length > 0 || advance.effects.every((effect) => effect.kind !== 'send_touch');
    process = advance.process;
    records.push(...advance.records);
    dirty ||= moved;
    for (const effect of advance.effects) perform(effect);
  }

  function perform(effect: LeadEffect): void {
    if (effect.kind === 'open_handoff') offering = true;
    else if (effect.kind === 'notify') effects.sendNotice(effect, (failed) => results.push(failed));
    else {
      // Steps entered since the last sync stand in the revision to come.
      const rev = records.length > 0 ? process.rev + 1 : process.rev;
      effects.sendTouch(effect, { cursor: process.cursor, rev, synced: process.rev }, (touch) => {
        if (touch.result === 'stale' && undo?.rev === process.rev) {
          // Nothing was stored since: the wait is not over before the facts that wait have been looked at.
          process = undo.process;
          records = [];
          dirty = true;
        } else results.push({ kind: 'touched', touch: { ...touchOf(effect), ...touch } });
        undo = undefined;
      });
    }
  }

  /** Stores what happened and learns what holds now. Answers to commands are given when this has been committed. */
  async function sync(): Promise<void> {
    dirty = false;
    // From here on what was left without a sync is being stored.
    undo = undefined;
    const rev = process.rev + 1;
    const tell = commands.told();
    const sent: SyncLeadInput = {
      leadId,
      chain: workflowInfo().firstExecutionRunId,
      now: now(),
      process: { ...process, rev },
      records,
      ask: askOf(process, now()),
      needsAccountable: accountableId === undefined ? true : undefined,
      needsPlan:
        process.enrollment !== undefined && plan?.versionId !== process.enrollment.versionId ? true : undefined,
    };
    records = [];
    answers = fullAnswers(await persistently(() => local.syncLead({ ...sent, turn: turns.current() })), sent.now);
    accountableId = answers.accountableId ?? accountableId;
    // The lead began when it was first looked at; the clock of a replay may say another instant.
    if (input.v >= 2 && process.rev === 0) process = { ...process, since: answers.at ?? process.since };
    if (answers.restored) {
      process = { ...answers.restored, v: input.v };
      dirty = true;
    } else process = applyAnswers({ ...process, rev }, answers);
    if (answers.plan) plan = answers.plan;
    tell();
  }

  /** Continue-as-new, only while nothing is under way. */
  async function renew(): Promise<void> {
    const info = workflowInfo();
    const full = info.historyLength >= (input.testMaxHistory ?? MAX_HISTORY) || info.continueAsNewSuggested;
    if (!full || effects.busy || queued()) return;
    await condition(allHandlersFinished);
    if (queued()) return;
    timer.disarm();
    await continueAsNew<typeof leadLifecycle>({ ...input, process, plan });
  }
}

const touchOf = ({ enrollmentNo, step, visit }: Extract<LeadEffect, { kind: 'send_touch' }>) => ({
  enrollmentNo,
  step,
  visit,
});
