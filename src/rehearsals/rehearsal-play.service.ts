import { Inject, Injectable } from '@nestjs/common';
import type { Client } from '@temporalio/client';
import { DataSource } from 'typeorm';
import { nextDeed } from '../../domain/rehearsal/next-deed.js';
import type { TrackEntry } from '../../domain/rehearsal/track-entry.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { workflowIdOf } from '../temporal/lead-start.js';
import { TEMPORAL_CLIENT } from '../temporal/temporal-client.token.js';
import { RehearsalTrackService } from './rehearsal-track.service.js';
import { endOf } from './rehearsals.presenter.js';
import type { RehearsalOrder } from './rehearsals.schema.js';
import { SandboxLeadService } from './sandbox-lead.service.js';
import { SandboxRelayService } from './sandbox-relay.service.js';
import { ScriptDeedsService } from './script-deeds.service.js';
import { VirtualClock } from './virtual-clock.js';

/** Plays one rehearsal inside its sandbox, from the start to the horizon. */
@Injectable()
export class RehearsalPlayService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly lead: SandboxLeadService,
    private readonly relay: SandboxRelayService,
    private readonly deeds: ScriptDeedsService,
    private readonly tracks: RehearsalTrackService,
    @Inject(TEMPORAL_CLIENT) private readonly client: Client,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** `passed` hears of every instant at which something is done. Throws the reason of `stopped`. */
  async play(
    order: RehearsalOrder,
    leadId: string,
    { passed, stopped }: { readonly passed: (at: number) => Promise<unknown>; readonly stopped: AbortSignal },
  ): Promise<readonly TrackEntry[]> {
    const [from, to] = [Date.parse(order.startAt), endOf(order)];
    const offsetMs = await this.lead.place(order, leadId);
    await this.relay.deliver();
    const { temporal } = this.config;
    const placed = { workflowId: workflowIdOf(temporal, leadId), offsetMs };
    const clock = new VirtualClock(this.client, temporal.namespace, placed, stopped);
    const done = new Set<number>();
    const refused: { at: number; why: string }[] = [];
    await clock.live(to, {
      next: async () => {
        const due = nextDeed(order.script, await this.deeds.happened(leadId, from), done);
        const entry = due && order.script[due.index];
        if (!due || !entry) return undefined;
        const { index, at } = due;
        const act = async (): Promise<void> => {
          done.add(index);
          const why = await this.deeds.perform({ leadId, at, index, do: entry.do });
          if (why !== undefined) refused.push({ at, why: `${nameOf(entry.do)} did not apply: ${why}` });
        };
        return { at, do: act };
      },
      told: () => this.relay.deliver(),
      passed,
    });
    return this.tracks.track(this.dataSource.manager, { leadId, from, to }, refused);
  }

  /** Ends the workflow, which nobody would work on any more. */
  async end(leadId: string): Promise<void> {
    const handle = this.client.workflow.getHandle(workflowIdOf(this.config.temporal, leadId));
    await handle.terminate('the rehearsal is over').catch(() => undefined);
  }
}

const nameOf = (deed: RehearsalOrder['script'][number]['do']): string =>
  typeof deed === 'string' ? deed : (Object.keys(deed)[0] ?? '');
