import { parseArgs } from 'node:util';
import { loadConfig } from '../config/config.js';
import { runCommand } from './run-command.js';
import { loadWorkspace } from './workspace/load-workspace.js';

/** Loads a folder of documents, people and leads; running it again changes nothing. Usage: load-workspace FOLDER */
await runCommand('load-workspace', async () => {
  const [folder, ...more] = parseArgs({ allowPositionals: true, strict: true }).positionals;
  if (folder === undefined || more.length > 0) throw new Error('name one folder, for example examples');
  const { versions, leads, engagements } = await loadWorkspace(loadConfig(process.env), folder);
  console.log(`New: ${versions} versions of documents, ${leads} leads, ${engagements} engagements.`);
});
