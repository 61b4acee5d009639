import type { Config } from '../../../config/config.js';
import { judgeWorkspace, renderWorkspaceFinding } from '../lint-workspace.js';
import { withWorkspaceApp } from '../workspace-app.js';
import { planNow } from './apply-workspace.js';
import { describeDifferences } from './describe-plan.js';

/** Where folder and database differ, a line for each document and field; none when they say the same. */
export async function diffForOperator(config: Config, folder: string): Promise<string[]> {
  const { workspace, findings } = judgeWorkspace(folder);
  if (workspace === undefined) throw new Error(findings.map(renderWorkspaceFinding).join('\n'));
  return withWorkspaceApp(config, async (app) => describeDifferences(await planNow(app, workspace)));
}
