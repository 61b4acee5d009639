import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import type { CadencePlan } from '../../domain/cadence/cadence-plan.js';
import { applyAnswers } from '../../domain/lead/ask-of.js';
import { type LeadInterest, uniteInterests } from '../../domain/lead/interest.js';
import { nextWakeAt } from '../../domain/lead/decide-next.js';
import type { LeadProcess } from '../../domain/lead/lead-process.js';
import { compareTurns, type LeadTurn } from '../../domain/lead/lead-turn.js';
import type { Answers, SyncLeadInput } from '../../domain/lead/lead-sync.js';
import { inTransaction } from '../database/transaction.js';
import { HandoffLedgerService } from '../handoffs/handoff-ledger.service.js';
import { TodoLedgerService } from '../todos/todo-ledger.service.js';
import { LeadAnswersService } from './lead-answers.service.js';
import { LeadEntity } from './lead.entity.js';
import { LeadErasureService } from './lead-erasure.service.js';
import { LeadFactsService } from './lead-facts.service.js';
import { LeadRecordWriterService } from './lead-record-writer.service.js';
import { restoredProcess } from './stored-process.js';

/** No such lead: the process has nothing to be the process of. */
class LeadNotFound extends Error {
  override readonly name = 'LeadNotFound';
}

/** The projection as stored: the process, the chain of runs it belongs to and the instant of the sync. */
interface StoredProcess {
  readonly process: LeadProcess;
  readonly chain: string;
  readonly syncedAt: number;
  /** The workflow task that stored it. */
  readonly turn?: LeadTurn;
}

/** Another task of the workflow has gone on since this one began: what it decides counts for nothing. */
class StaleTurn extends Error {
  override readonly name = 'StaleTurn';
}

/**
 * Whether the call comes from the task that stored last, or from a later one. Only where tasks are not named (a worker of
 * an earlier release) revision and instant tell.
 */
function isNewer({ turn, process, now }: SyncLeadInput, stored: StoredProcess, rev: number): boolean {
  if (!turn || !stored.turn) return process.rev > rev || now > stored.syncedAt;
  const order = compareTurns(turn, stored.turn);
  return order > 0 || (order === 0 && process.rev >= rev);
}

/** The pull half of poke and pull: one transaction stores where the lead stands and answers what it needs to know. */
@Injectable()
export class LeadSyncService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly facts: LeadFactsService,
    private readonly answers: LeadAnswersService,
    private readonly records: LeadRecordWriterService,
    private readonly handoffs: HandoffLedgerService,
    private readonly todos: TodoLedgerService,
    private readonly erasure: LeadErasureService,
  ) {}

  /**
   * Everything is computed from the argument, so that a repeated or late call does no harm. Throws `LeadNotFound`, and
   * `StaleTurn` when another workflow task has gone on since the one that asks began.
   */
  async sync(input: SyncLeadInput): Promise<Answers> {
    const { chain } = input;
    let stale = false;
    const told = await inTransaction(this.dataSource, async (manager) => {
      const lead = await manager.findOne(LeadEntity, {
        where: { id: input.leadId },
        lock: { mode: 'pessimistic_write' },
      });
      if (!lead) throw new LeadNotFound(`lead ${input.leadId} is not in the record`);
      const stored = lead.process as unknown as StoredProcess | null;
      // The workflow was lost and started anew: the projection knows where the lead stood.
      if (stored && stored.chain !== chain && lead.rev >= input.process.rev) return this.restore(lead, stored);
      const supersedes = !stored || isNewer(input, stored, lead.rev);
      if (supersedes) await this.records.write(manager, lead, input.process.rev, input.records);
      // After the records: conditions look at the score and the handoffs they change.
      const known = await this.facts.load(manager, lead.id, lead);
      if (!known) throw new LeadNotFound(`lead ${input.leadId} is not in the record`);
      const { answers, interest, plan } = await this.answers.answer(manager, known, input);
      const changed = input.needsAccountable === true || input.records.some((record) => record.kind === 'custody');
      const told: Answers = {
        ...answers,
        at: input.now,
        ...(changed ? { accountableId: lead.accountablePersonId } : {}),
      };
      await this.store(manager, lead, input, told, interest, { supersedes, chain, plan });
      stale = !supersedes && input.turn !== undefined;
      return told;
    });
    if (stale) throw new StaleTurn('another workflow task has gone on');
    return told;
  }

  private restore(lead: LeadEntity, stored: StoredProcess): Answers {
    const restored = restoredProcess(stored.process);
    return {
      restored,
      cursor: restored.cursor,
      facts: [],
      contactable: restored.contactable,
      accountableId: lead.accountablePersonId,
    };
  }

  private async store(
    manager: EntityManager,
    lead: LeadEntity,
    input: SyncLeadInput,
    answers: Answers,
    interest: LeadInterest,
    how: { supersedes: boolean; chain: string; plan: CadencePlan | undefined },
  ): Promise<void> {
    const known = lead.interest as unknown as LeadInterest | null;
    if (!how.supersedes) {
      // An older revision that runs late: a wider interest costs a poke, a narrower one would cost the lead.
      const united = known ? uniteInterests(known, interest) : interest;
      await manager.update(LeadEntity, { id: lead.id }, { interest: { ...united } });
      return;
    }
    const process = applyAnswers(input.process, answers);
    const wakeAt = nextWakeAt(process, how.plan, input.now);
    const { state, handoff } = process;
    const openNo = state === 'qualified' || state === 'offered' ? (handoff?.no ?? null) : null;
    await this.handoffs.withdrawOrphans(manager, lead.id, openNo, new Date(input.now));
    if (answers.ladder && process.handoff)
      await this.handoffs.plan(manager, lead.id, process.handoff.no, answers.ladder);
    const { enrollment } = process;
    if (enrollment && how.plan?.steps[enrollment.step]?.kind === 'todo')
      await this.todos.plan(manager, lead.id, enrollment);
    await manager.update(
      LeadEntity,
      { id: lead.id },
      {
        state: process.state,
        stateSinceAt: new Date(process.since),
        custody: lead.custody,
        salesPersonId: lead.salesPersonId,
        accountablePersonId: lead.accountablePersonId,
        rev: process.rev,
        cursor: process.cursor,
        process: { process, chain: how.chain, syncedAt: input.now, ...(input.turn && { turn: input.turn }) },
        interest: { ...interest },
        nextWakeAt: wakeAt === undefined ? null : new Date(wakeAt),
        virtualNowAt: lead.clockOffsetMs === 0 ? null : new Date(input.now),
        updatedAt: new Date(input.now),
      },
    );
    if (process.state === 'erased') await this.erasure.forget(manager, lead, new Date(input.now));
  }
}
