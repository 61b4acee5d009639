import type { Client } from '@temporalio/client';
import pg from 'pg';
import type { SmtpGate } from '../support/smtp-gate.js';
import { leadWorkflowId } from '../../workflows/contracts/lead-lifecycle.contract.js';
import type { Member } from './crew.js';
import type { OwnTemporal } from './own-temporal.js';
import { HeldPlace, type Place } from './places.js';

export type Fault =
  | 'worker: sync committed, its marker not written'
  | 'worker: sync not committed'
  | 'relay: signal sent, not marked'
  | 'worker: touch claimed, mail not sent'
  | 'worker: mail sent, touch not settled'
  | 'worker: continue-as-new sent, not heard'
  | 'worker: frozen after a sync, awake late'
  | 'worker: at random'
  | 'api: engagement not committed'
  | 'api: at random'
  | 'temporal: at random';

/** What has a name in the protocol: each is tried before any comes again. */
export const NAMED: readonly Fault[] = [
  'worker: sync committed, its marker not written',
  'relay: signal sent, not marked',
  'worker: continue-as-new sent, not heard',
  'worker: touch claimed, mail not sent',
  'api: engagement not committed',
  'worker: frozen after a sync, awake late',
  'temporal: at random',
  'worker: mail sent, touch not settled',
  'worker: sync not committed',
  'worker: at random',
  'api: at random',
];

interface Scene {
  readonly databaseUrl: string;
  readonly workers: readonly Member[];
  readonly api: Member;
  readonly gate: SmtpGate;
  readonly client: Client;
  /** Leads whose runs are short. */
  readonly shortLeads: () => readonly string[];
  /** Absent when the engine is shared. */
  readonly temporal: OwnTemporal | undefined;
  readonly random: () => number;
}

/** How long a place may take to be reached before it counts as missed. */
const REACHED_WITHIN_MS = 6_000;
/** Longer than the 10 s of a workflow task. */
const FROZEN_MS = 13_000;
/** Events of a short run; the last few before it are where it will continue as new with its next task. */
export const SHORT_RUN = 30;

/** What became of one: true when the place was reached and the process brought down there; some are known only later. */
export type Struck = boolean | { readonly later: Promise<boolean> };

/** Brings processes down at chosen places, from outside: locks in the database, lines that carry nothing, signals. */
export class Faults {
  private constructor(
    private readonly scene: Scene,
    private readonly client: pg.Client,
  ) {}

  static async open(scene: Scene): Promise<Faults> {
    const client = new pg.Client({ connectionString: scene.databaseUrl, application_name: 'stress' });
    await client.connect();
    return new Faults(scene, client);
  }

  close(): Promise<void> {
    return this.client.end();
  }

  async strike(fault: Fault): Promise<Struck> {
    switch (fault) {
      case 'worker: sync not committed':
        return this.whileHeld('sync', (worker) => worker.kill());
      case 'worker: sync committed, its marker not written':
        return this.afterCommit(await HeldPlace.at(this.client, 'sync'), (worker) => worker.kill());
      case 'worker: frozen after a sync, awake late':
        return this.freezeLate();
      case 'worker: continue-as-new sent, not heard':
        return this.duringContinueAsNew();
      case 'relay: signal sent, not marked':
        return this.whileHeld('mark', (worker) => worker.kill());
      case 'worker: mail sent, touch not settled':
        return this.whileHeld('settle', (worker) => worker.kill());
      case 'worker: touch claimed, mail not sent':
        return this.beforeSmtp();
      case 'api: engagement not committed':
        return this.whileHeld('ingest', () => this.scene.api.kill());
      case 'api: at random':
        await this.scene.api.ready();
        await this.scene.api.kill();
        return true;
      case 'temporal: at random':
        await this.scene.temporal?.restart();
        return this.scene.temporal !== undefined;
      default: {
        const worker = this.scene.workers[Math.floor(this.scene.random() * this.scene.workers.length)];
        await worker?.ready();
        await worker?.kill();
        return worker !== undefined;
      }
    }
  }

  private member(name: string | undefined): Member | undefined {
    return this.scene.workers.find((worker) => worker.name === name && worker.here);
  }

  /** Brings down whoever stands at the place; its transaction is never committed. */
  private async whileHeld(place: Place, bringDown: (member: Member) => Promise<void>): Promise<boolean> {
    const held = await HeldPlace.at(this.client, place);
    const by = await held.reached(REACHED_WITHIN_MS);
    const member = by === this.scene.api.name ? this.scene.api : this.member(by);
    if (member) await bringDown(member);
    await held.letGo();
    return member !== undefined;
  }

  /** The transaction commits, and the engine hears nothing of it. */
  private async afterCommit(held: HeldPlace, bringDown: (worker: Member) => Promise<void>): Promise<boolean> {
    const worker = this.member(await held.reached(REACHED_WITHIN_MS));
    if (!worker) {
      await held.letGo();
      return false;
    }
    const before = await this.looksOf(worker);
    worker.line?.hang();
    await held.letGo();
    const committed = await this.until(async () => (await this.looksOf(worker)) > before, REACHED_WITHIN_MS);
    await bringDown(worker);
    return committed;
  }

  /** The engine gives its task to another worker; it comes back with what it knew, while others go on. */
  private async freezeLate(): Promise<Struck> {
    let later = Promise.resolve();
    const committed = await this.afterCommit(await HeldPlace.at(this.client, 'sync'), (worker) => {
      later = worker.freeze(FROZEN_MS).then(() => worker.line?.pass());
      return Promise.resolve();
    });
    return committed && { later: later.then(() => true) };
  }

  private async looksOf(worker: Member): Promise<number> {
    const { rows } = await this.client.query<{ count: string }>(
      `select count(*) from stress_looks where kind = 'sync' and by = $1`,
      [worker.name],
    );
    return Number(rows[0]?.count ?? 0);
  }

  /** Claims commit while the mail server says nothing. */
  private async beforeSmtp(): Promise<boolean> {
    const claims: string[] = [];
    const heard = ({ payload }: pg.Notification): void => void claims.push(payload ?? '');
    this.client.on('notification', heard);
    await this.client.query('listen stress_claims');
    this.scene.gate.hold();
    const found = await this.until(() => Promise.resolve(this.member(claims[0]) !== undefined), REACHED_WITHIN_MS);
    const worker = this.member(claims[0]);
    if (worker) await worker.kill();
    this.scene.gate.release();
    this.client.off('notification', heard);
    await this.client.query('unlisten stress_claims');
    return found;
  }

  /**
   * The run of a lead is so long that the task that looks now ends with continue-as-new: the look is held, the line to the
   * engine is closed before the task's answer, and the worker goes.
   */
  private async duringContinueAsNew(): Promise<Struck> {
    const lead = await this.nearlyFull();
    if (lead === undefined) return false;
    const runOf = async (): Promise<string> =>
      (await this.scene.client.workflow.getHandle(leadWorkflowId(lead)).describe()).runId;
    const before = await runOf();
    const reached = await this.afterCommit(await HeldPlace.ofLead(this.client, lead), async (worker) => {
      // Long enough for the rest of the task, whose answer stays on the line.
      await new Promise((resolve) => setTimeout(resolve, 400));
      await worker.kill();
    });
    if (!reached || (await runOf()) !== before) return false;
    // It was that task: the next worker does it again, and the run ends.
    return { later: this.until(async () => (await runOf()) !== before, 40_000) };
  }

  private async nearlyFull(): Promise<string | undefined> {
    const until = Date.now() + REACHED_WITHIN_MS;
    while (Date.now() < until) {
      const { rows } = await this.client.query<{ id: string }>(
        `select id from leads where id = any($1::uuid[]) and next_wake_at < now() + interval '5 seconds'`,
        [this.scene.shortLeads()],
      );
      for (const { id } of rows) {
        const described = await this.scene.client.workflow
          .getHandle(leadWorkflowId(id))
          .describe()
          .catch(() => undefined);
        // The task that comes adds a few events of its own before it looks.
        if ((described?.historyLength ?? 0) >= SHORT_RUN - 4 && described?.status.name === 'RUNNING') return id;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return undefined;
  }

  private async until(condition: () => Promise<boolean>, withinMs: number): Promise<boolean> {
    const end = Date.now() + withinMs;
    while (Date.now() < end) {
      if (await condition().catch(() => false)) return true;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return false;
  }
}
