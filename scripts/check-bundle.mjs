// Looks at what webpack really put into the sandbox: import rules see one step, this sees where the steps lead.
// Usage: node scripts/check-bundle.mjs [bundle]
import { existsSync, readFileSync } from 'node:fs';

const path = process.argv[2] ?? 'dist/workflow-bundle.js';

if (!existsSync(path)) {
  console.error(`sandbox-contents: ${path} is missing; npm run build makes it`);
  process.exit(1);
}

const refused = [
  [/^\.\/domain\/(time|scoring|condition)\//, 'is computed in syncLead and ingest, never in the sandbox'],
  [/^\.\/(src|activities)\//, 'does I/O'],
  [/\.schema\.js$/, 'parses; definitions are parsed before they enter'],
  [/(^|\/)node_modules\/(?!@temporalio\/|nexus-rpc\/|long\/|ms\/|protobufjs\/|@protobufjs\/)/, 'is no sandbox package'],
];

const modules = readFileSync(path, 'utf8').matchAll(/^\/\*{3}\/ "([^"]+)"/gm);
const problems = [];
let own = 0;
for (const [, name] of modules) {
  if (!name.includes('node_modules/')) own += 1;
  for (const [pattern, reason] of refused) {
    if (pattern.test(name)) problems.push(`sandbox-contents: ${name} ${reason}`);
  }
}
if (own === 0) problems.push(`sandbox-contents: ${path} names no module of ours; has the bundle's format changed?`);

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
