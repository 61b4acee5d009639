import { Inject, Injectable } from '@nestjs/common';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { LEAD_LIFECYCLE, leadWorkflowId } from '../../../workflows/contracts/lead-lifecycle.contract.js';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { TEMPORAL_CLIENT } from '../../temporal/temporal-client.token.js';

const PAGE = 1_000;
const ANSWER_WITHIN_MS = 10_000;
const ID_PREFIX = leadWorkflowId('');

/** Temporal knows no workflow of the lead: it was not started, or its history is gone. */
export const NEVER_STARTED = 'NEVER_STARTED';

/** Which leads have a running workflow, as Temporal tells it. Throws when Temporal is away. */
@Injectable()
export class WorkflowCensusService {
  constructor(
    @Inject(TEMPORAL_CLIENT) private readonly client: Client,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Ids of leads, by pages of the visibility store, which lags by moments: ask `standing` before believing it. */
  async running(): Promise<Set<string>> {
    const { leadsQueue } = this.config.temporal;
    const query = `WorkflowType = '${LEAD_LIFECYCLE}' AND ExecutionStatus = 'Running' AND TaskQueue = '${leadsQueue}'`;
    const found = new Set<string>();
    let nextPageToken: Uint8Array | undefined;
    do {
      const page = await this.within(() =>
        this.client.workflowService.listWorkflowExecutions({
          namespace: this.config.temporal.namespace,
          query,
          pageSize: PAGE,
          ...(nextPageToken === undefined ? {} : { nextPageToken }),
        }),
      );
      for (const { execution } of page.executions) {
        const id = execution?.workflowId ?? '';
        if (id.startsWith(ID_PREFIX)) found.add(id.slice(ID_PREFIX.length));
      }
      nextPageToken = page.nextPageToken.length > 0 ? page.nextPageToken : undefined;
    } while (nextPageToken !== undefined);
    return found;
  }

  /** A status of Temporal, of the latest run and strongly consistent, or `NEVER_STARTED`. */
  async standing(leadId: string): Promise<string> {
    try {
      const description = await this.within(() => this.client.workflow.getHandle(leadWorkflowId(leadId)).describe());
      return description.status.name;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return NEVER_STARTED;
      throw error;
    }
  }

  private within<T>(call: () => Promise<T>): Promise<T> {
    return this.client.connection.withDeadline(Date.now() + ANSWER_WITHIN_MS, call);
  }
}
