import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { renderFinding } from './doctor/finding.js';
import { runDoctor } from './doctor/run-doctor.js';
import { explainForOperator } from './operator/explain-for-operator.js';
import { loadBatonConfig } from './operator/load-baton-config.js';
import { runCommand } from './run-command.js';
import { documentJsonSchema } from './workspace/document-json-schema.js';
import { lintWorkspace, renderWorkspaceFinding } from './workspace/lint-workspace.js';

const USAGE = `Usage: baton doctor [--home DIR]
       baton explain LEAD [--home DIR]     LEAD is an id or an e-mail address
       baton lint DIR                      a folder of documents as examples/ is; nothing has to run
       baton schema KIND                   JSON Schema of a kind of document, for editors

Addresses come from the environment, or with --home from the local stack that runs there.`;

/** What an operator asks a running Baton. `doctor` ends with exit code 1 when something is wrong. */
await runCommand('baton', async () => {
  const { values, positionals } = parseArgs({ options: { home: { type: 'string' } }, allowPositionals: true });
  const [command, lead, ...more] = positionals;
  if (command === 'doctor' && lead === undefined) {
    const findings = await runDoctor(loadBatonConfig(process.env, values.home));
    for (const finding of findings) console.log(renderFinding(finding));
    if (findings.some(({ ok }) => !ok)) process.exitCode = 1;
  } else if (command === 'explain' && lead !== undefined && more.length === 0) {
    console.log(await explainForOperator(loadBatonConfig(process.env, values.home), lead));
  } else if (command === 'lint' && lead !== undefined && more.length === 0) {
    const findings = lintWorkspace(lead);
    for (const finding of findings) console.log(renderWorkspaceFinding(finding));
    const wrong = findings.filter(({ severity }) => severity === 'error').length;
    console.log(`${wrong} errors, ${findings.length - wrong} warnings`);
    if (wrong > 0) process.exitCode = 1;
  } else if (command === 'schema' && lead !== undefined && more.length === 0) {
    console.log(JSON.stringify(documentJsonSchema(lead), null, 2));
  } else {
    throw new Error(`expected a command\n${USAGE}`);
  }
});
