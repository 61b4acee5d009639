import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { Logger } from 'pino';
import { DataSource, type QueryRunner } from 'typeorm';
import { leadWorkflowId } from '../../workflows/contracts/lead-lifecycle.contract.js';
import { describeError } from '../common/logger.js';
import { LOGGER } from '../common/logger.token.js';
import { ProblemException } from '../common/problem.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { TEMPORAL_CLIENT } from '../temporal/temporal-client.token.js';
import type { RehearsalEntity, RehearsalFailure, RehearsalProgress } from './rehearsal.entity.js';
import { RehearsalLedgerService } from './rehearsal-ledger.service.js';
import { RehearsalStageService } from './rehearsal-stage.service.js';
import { endOf, INTERRUPTED } from './rehearsals.presenter.js';
import { sandboxConfig, workflowIdPrefixOf } from './sandbox-config.js';
import { type Sandbox, START_SANDBOX, type StartSandbox } from './start-sandbox.token.js';
import { TimeSkippingUnsupported } from './virtual-clock.js';

const LOOK_EVERY_MS = 500;
const AFTER_TROUBLE_MS = 5_000;
const SWEEP_EVERY_MS = 10_000;
const TELL_EVERY_MS = 250;

/** This process is stopping. */
class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Runs rehearsals in the worker, one at a time, and clears up after those whose process was killed. */
@Injectable()
export class RehearsalRunnerService {
  private running = false;
  private loop: Promise<void> = Promise.resolve();
  private sweptAt = 0;
  private readonly stopping = new AbortController();
  private readonly stopped = new Promise<never>((_, reject) => {
    this.stopping.signal.addEventListener('abort', () => reject(new Interrupted()), { once: true });
  });

  constructor(
    private readonly dataSource: DataSource,
    private readonly ledger: RehearsalLedgerService,
    private readonly stage: RehearsalStageService,
    @Inject(START_SANDBOX) private readonly startSandbox: StartSandbox,
    @Inject(TEMPORAL_CLIENT) private readonly client: Client,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  start(): void {
    this.running = true;
    this.stopped.catch(() => undefined);
    this.loop = this.run();
  }

  /** What is under way ends as interrupted. */
  async stop(): Promise<void> {
    this.running = false;
    this.stopping.abort(new Interrupted());
    await this.loop;
  }

  private async run(): Promise<void> {
    while (this.running) {
      let rest = LOOK_EVERY_MS;
      const worked = await this.turn().catch((error: unknown) => {
        this.logger.warn({ err: describeError(error) }, 'rehearsals could not be looked at, it is tried again');
        rest = AFTER_TROUBLE_MS;
        return false;
      });
      if (worked || !this.running) continue;
      await pause(rest, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    }
  }

  private async turn(): Promise<boolean> {
    const holder = this.dataSource.createQueryRunner();
    try {
      await this.sweep(holder);
      const row = await this.ledger.claim(holder, new Date());
      if (!row) return false;
      try {
        await this.rehearse(row);
      } finally {
        await this.ledger.unlock(holder, row.id);
      }
      return true;
    } finally {
      await holder.release();
    }
  }

  private async rehearse(row: RehearsalEntity): Promise<void> {
    const { id, leadId, request } = row;
    let sandbox: Sandbox | undefined;
    try {
      await this.stage.set(row);
      sandbox = await this.startSandbox(sandboxConfig(this.config, id));
      const progress = this.progressOf(row);
      const crash = sandbox.done.then(() => Promise.reject(new Error('the worker of the sandbox has stopped')));
      const how = { passed: progress.passed, stopped: this.stopping.signal };
      const track = await Promise.race([sandbox.player.play(request, leadId, how), this.stopped, crash]);
      await this.ledger.finish(id, track, progress.now(), new Date());
    } catch (error) {
      await this.ledger.fail(id, this.failureOf(error, id), new Date());
    } finally {
      await this.strike(id, leadId, sandbox);
    }
  }

  /** Counts every instant and tells of it now and then. */
  private progressOf({ id, request }: RehearsalEntity) {
    let progress: RehearsalProgress = { at: request.startAt, until: new Date(endOf(request)).toISOString(), steps: 0 };
    let toldAt = 0;
    return {
      now: () => progress,
      passed: async (at: number): Promise<void> => {
        progress = { ...progress, at: new Date(at).toISOString(), steps: progress.steps + 1 };
        if (Date.now() - toldAt < TELL_EVERY_MS) return;
        toldAt = Date.now();
        await this.ledger.progress(id, progress);
      },
    };
  }

  private failureOf(error: unknown, id: string): RehearsalFailure {
    if (error instanceof Interrupted) return INTERRUPTED;
    if (error instanceof TimeSkippingUnsupported) return { code: 'rehearsal_unsupported', message: error.message };
    if (error instanceof ProblemException) return { code: 'refused', message: error.detail };
    this.logger.error({ rehearsalId: id, err: describeError(error) }, 'a rehearsal failed');
    return { code: 'failed', message: `Baton could not play it; the log of the worker names rehearsal ${id}.` };
  }

  /** Takes the sandbox down. What fails here is done by the next sweep. */
  private async strike(id: string, leadId: string, sandbox?: Sandbox): Promise<void> {
    try {
      await sandbox?.player.end(leadId);
      await sandbox?.stop();
      await this.stage.clear(id);
    } catch (error) {
      this.logger.warn({ rehearsalId: id, err: describeError(error) }, 'a sandbox is left, it is cleared later');
    }
  }

  /** What killed processes have left: rows, workflows, schemas. */
  private async sweep(holder: QueryRunner): Promise<void> {
    if (Date.now() - this.sweptAt < SWEEP_EVERY_MS) return;
    for (const { id, leadId } of await this.ledger.lost()) {
      await this.alone(holder, id, async () => {
        await this.terminate(id, leadId);
        await this.stage.clear(id);
        await this.ledger.fail(id, INTERRUPTED, new Date());
      });
    }
    for (const id of await this.stage.left()) await this.alone(holder, id, () => this.stage.clear(id));
    await this.ledger.forgetOld(new Date());
    this.sweptAt = Date.now();
  }

  private async alone(holder: QueryRunner, id: string, work: () => Promise<void>): Promise<void> {
    if (!(await this.ledger.lock(holder, id))) return;
    try {
      await work();
    } finally {
      await this.ledger.unlock(holder, id);
    }
  }

  private async terminate(id: string, leadId: string): Promise<void> {
    try {
      const handle = this.client.workflow.getHandle(`${workflowIdPrefixOf(id)}${leadWorkflowId(leadId)}`);
      await handle.terminate('the rehearsal was interrupted');
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  }
}
