import { createInterface } from 'node:readline/promises';
import type { Config } from '../../../config/config.js';
import { withWorkspaceApp } from '../workspace-app.js';
import { applyWorkspace } from './apply-workspace.js';
import { describePlan } from './describe-plan.js';
import { changesOf } from './plan-workspace.js';

interface ApplyRequest {
  readonly as?: string | undefined;
  readonly note?: string | undefined;
  /** Do it without asking. */
  readonly yes: boolean;
  /** Show the plan and end. */
  readonly dryRun: boolean;
}

const USUAL_NOTE = 'applied by an operator';

/** Shows what applying the folder would change, asks, and does it; every line goes to `say`. */
export async function applyForOperator(
  config: Config,
  folder: string,
  { as, note = USUAL_NOTE, yes, dryRun }: ApplyRequest,
  say: (line: string) => void,
  ask: (question: string) => Promise<string> = askPerson,
): Promise<void> {
  await withWorkspaceApp(config, async (app) => {
    let isWanted = false;
    const { plan, versions } = await applyWorkspace(app, folder, {
      ...{ as, note, now: new Date(), say },
      async confirm(planned) {
        for (const line of describePlan(planned)) say(line);
        const changes = changesOf(planned).length;
        isWanted =
          !dryRun && (changes === 0 || yes || /^y(es)?$/i.test((await ask(`Apply ${changes} changes? [y/N] `)).trim()));
        return isWanted;
      },
    });
    if (!isWanted) say('nothing was changed');
    else say(`applied: ${changesOf(plan).length} changes, ${versions} versions published`);
  });
}

async function askPerson(question: string): Promise<string> {
  if (!process.stdin.isTTY) throw new Error('nobody is there to ask: say --yes to apply, or --dry-run to see the plan');
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}
