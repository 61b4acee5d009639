import { CampaignsModule } from '../../campaigns/campaigns.module.js';
import type { Config } from '../../config/config.js';
import { DocumentEditingModule } from '../../documents/document-editing.module.js';
import { EngagementsModule } from '../../engagements/engagements.module.js';
import { LeadsModule } from '../../leads/leads.module.js';
import { PeopleModule } from '../../people/people.module.js';
import { ReasonsModule } from '../../policies/reasons.module.js';
import { TemporalModule } from '../../temporal/temporal.module.js';
import { withCommandApp } from '../command-app.js';
import { loadDocuments } from './load-documents.js';
import { loadLeads } from './load-leads.js';
import { loadOrganisation } from './load-organisation.js';
import { readWorkspace } from './read-workspace.js';

/** What was new; all zero when everything was there already. */
export interface LoadedWorkspace {
  readonly versions: number;
  readonly leads: number;
  readonly engagements: number;
}

/**
 * Loads a folder as `examples/` is, through the services of the API. Loading it again changes nothing. Throws a
 * `WorkspaceProblem` for a file that can not be loaded; what came before it stays.
 */
export async function loadWorkspace(config: Config, folder: string, now = new Date()): Promise<LoadedWorkspace> {
  const workspace = readWorkspace(folder);
  const modules = [
    ...[PeopleModule, CampaignsModule, ReasonsModule, DocumentEditingModule, EngagementsModule, LeadsModule],
    // Nothing is sent to Temporal here: new leads wait in the outbox for the relay of a worker.
    TemporalModule.forRoot(),
  ];
  return withCommandApp(config, modules, async (app) => {
    await loadOrganisation(app, workspace.organisation, now);
    const versions = await loadDocuments(app, workspace, now);
    return { versions, ...(await loadLeads(app, workspace, now)) };
  });
}
