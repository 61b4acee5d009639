import type { Config } from '../../config/config.js';
import { EngagementsModule } from '../../engagements/engagements.module.js';
import { LeadsModule } from '../../leads/leads.module.js';
import { TemporalModule } from '../../temporal/temporal.module.js';
import { applyWorkspace } from './apply/apply-workspace.js';
import { loadLeads } from './load-leads.js';
import { withWorkspaceApp } from './workspace-app.js';

/** What was new; all zero when everything was there already. */
export interface LoadedWorkspace {
  readonly versions: number;
  readonly leads: number;
  readonly engagements: number;
}

/**
 * Applies a folder as `examples/` is without asking, then takes its leads in. Loading it again changes nothing. A file that
 * can not be applied changes nothing; a lead that can not be taken in leaves what came before it.
 */
export async function loadWorkspace(config: Config, folder: string, now = new Date()): Promise<LoadedWorkspace> {
  const silent = { confirm: () => true, say: () => undefined };
  return withWorkspaceApp(
    config,
    async (app) => {
      const { versions, workspace } = await applyWorkspace(app, folder, { now, note: 'workspace', ...silent });
      return { versions, ...(await loadLeads(app, workspace, now)) };
    },
    // Nothing is sent to Temporal here: new leads wait in the outbox for the relay of a worker.
    [EngagementsModule, LeadsModule, TemporalModule.forRoot()],
  );
}
