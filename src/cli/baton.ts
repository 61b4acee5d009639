import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { renderFinding } from './doctor/finding.js';
import { runDoctor } from './doctor/run-doctor.js';
import { explainForOperator } from './operator/explain-for-operator.js';
import { importForOperator } from './operator/import-for-operator.js';
import { loadBatonConfig } from './operator/load-baton-config.js';
import { reconcileForOperator } from './operator/reconcile-for-operator.js';
import { readOrders } from './rehearse/read-orders.js';
import { rehearseForAuthor } from './rehearse/rehearse-for-author.js';
import { runCommand } from './run-command.js';
import { applyForOperator } from './workspace/apply/apply-for-operator.js';
import { diffForOperator } from './workspace/apply/diff-for-operator.js';
import { documentJsonSchema } from './workspace/document-json-schema.js';
import { exportWorkspace } from './workspace/export/export-workspace.js';
import { lintWorkspace, renderWorkspaceFinding } from './workspace/lint-workspace.js';

const USAGE = `Usage: baton doctor [--home DIR]                look at everything Baton stands on
       baton explain LEAD [--home DIR]          LEAD is an id or an e-mail address
       baton reconcile [--repair] [--home DIR]  leads that nothing would move any more
       baton export DIR [--replace] [--home DIR]  write what is in force into a folder as examples/ is
       baton diff DIR [--home DIR]              where a folder and Baton differ; exit code 1 when they do
       baton apply DIR [--dry-run] [--yes] [--as PERSON] [--note TEXT] [--home DIR]
                                                show what a folder changes, ask, and do all of it or nothing
       baton import FILE [--map COLUMN=FIELD]… [--dry-run] [--home DIR]
             [--source NAME] [--campaign KEY] [--consent-basis NAME] [--consent-at DATE]
                                                leads from a CSV file; a worker has to run
       baton rehearse FILE --lead LEAD [--lead LEAD] [--script FILE] [--from INSTANT] [--days N] [--compare FILE2]
                      [--json] [--home DIR]     what a cadence would do and when; LEAD is a file with a profile, or an id
       baton lint DIR                           a folder of documents as examples/ is; nothing has to run
       baton schema KIND                        JSON Schema of a kind of document, for editors

Addresses come from the environment, or with --home from the local stack that runs there.
Exit code 1: something is wrong, or the command could not be carried out.`;

const OPTIONS = {
  home: { type: 'string' },
  repair: { type: 'boolean' },
  replace: { type: 'boolean' },
  yes: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  as: { type: 'string' },
  note: { type: 'string' },
  map: { type: 'string', multiple: true },
  source: { type: 'string' },
  campaign: { type: 'string' },
  'consent-basis': { type: 'string' },
  'consent-at': { type: 'string' },
  lead: { type: 'string', multiple: true },
  script: { type: 'string' },
  from: { type: 'string' },
  days: { type: 'string' },
  compare: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

type Options = {
  readonly [K in keyof typeof OPTIONS]?: (typeof OPTIONS)[K] extends { readonly multiple: true }
    ? string[]
    : (typeof OPTIONS)[K]['type'] extends 'string'
      ? string
      : boolean;
};

interface Command {
  /** How many names it takes. */
  readonly names: 0 | 1;
  /** Options it knows. */
  readonly options: readonly (keyof typeof OPTIONS)[];
  /** Prints what it finds; whether all is well. */
  run(name: string, values: Options): Promise<boolean> | boolean;
}

const print = (lines: readonly string[]): void => {
  for (const line of lines) console.log(line);
};

const COMMANDS: Readonly<Record<string, Command>> = {
  doctor: {
    names: 0,
    options: ['home'],
    async run(_name, { home }) {
      const findings = await runDoctor(loadBatonConfig(process.env, home));
      print(findings.map(renderFinding));
      return findings.every(({ ok }) => ok);
    },
  },
  explain: {
    names: 1,
    options: ['home'],
    async run(lead, { home }) {
      print([await explainForOperator(loadBatonConfig(process.env, home), lead)]);
      return true;
    },
  },
  reconcile: {
    names: 0,
    options: ['home', 'repair'],
    async run(_name, { home, repair = false }) {
      const { lines, wrong } = await reconcileForOperator(loadBatonConfig(process.env, home), repair);
      print(lines);
      return !wrong;
    },
  },
  export: {
    names: 1,
    options: ['home', 'replace'],
    async run(folder, { home, replace = false }) {
      print(await exportWorkspace(loadBatonConfig(process.env, home), folder, { replace }));
      return true;
    },
  },
  diff: {
    names: 1,
    options: ['home'],
    async run(folder, { home }) {
      const lines = await diffForOperator(loadBatonConfig(process.env, home), folder);
      print(lines);
      return lines.length === 0;
    },
  },
  apply: {
    names: 1,
    options: ['home', 'dry-run', 'yes', 'as', 'note'],
    async run(folder, { home, 'dry-run': dryRun = false, yes = false, as, note }) {
      const request = { as, note, yes, dryRun };
      await applyForOperator(loadBatonConfig(process.env, home), folder, request, console.log);
      return true;
    },
  },
  import: {
    names: 1,
    options: ['home', 'map', 'dry-run', 'source', 'campaign', 'consent-basis', 'consent-at'],
    run(file, { home, ...options }) {
      return importForOperator(loadBatonConfig(process.env, home), file, options, (line) => print([line]));
    },
  },
  rehearse: {
    names: 1,
    options: ['home', 'lead', 'script', 'from', 'days', 'compare', 'json'],
    async run(file, { home, lead: leads = [], json = false, ...words }) {
      const orders = readOrders({ file, leads, ...words }, new Date());
      const { lines, answers, wrong } = await rehearseForAuthor(loadBatonConfig(process.env, home), orders, (line) =>
        console.error(line),
      );
      print(json ? [JSON.stringify(answers, null, 2)] : lines);
      return !wrong;
    },
  },
  lint: {
    names: 1,
    options: [],
    run(folder) {
      const findings = lintWorkspace(folder);
      const wrong = findings.filter(({ severity }) => severity === 'error').length;
      print([...findings.map(renderWorkspaceFinding), `${wrong} errors, ${findings.length - wrong} warnings`]);
      return wrong === 0;
    },
  },
  schema: {
    names: 1,
    options: [],
    run(kind) {
      print([JSON.stringify(documentJsonSchema(kind), null, 2)]);
      return true;
    },
  },
};

function readArguments() {
  try {
    return parseArgs({ options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`, { cause: error });
  }
}

/** What an operator asks a running Baton, and an author the documents. */
await runCommand('baton', async () => {
  const { values, positionals } = readArguments();
  const [word = '', ...names] = positionals;
  if (values.help === true || word === 'help') return console.log(USAGE);
  const command = Object.hasOwn(COMMANDS, word) ? COMMANDS[word] : undefined;
  if (!command) throw new Error(`${word === '' ? 'no command' : `not a command: ${word}`}\n${USAGE}`);
  const strange = Object.keys(values).filter((name) => !command.options.some((known) => known === name));
  if (strange.length > 0) throw new Error(`baton ${word} takes no --${strange.join(', --')}\n${USAGE}`);
  const [name = ''] = names;
  if (names.length !== command.names) throw new Error(`baton ${word} takes ${command.names} name\n${USAGE}`);
  if (!(await command.run(name, values))) process.exitCode = 1;
});
