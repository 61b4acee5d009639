// Redraws the generated parts of docs/architecture.md from the transition table in domain/.
// Usage: node scripts/draw-docs.mjs [--check] [file]; with --check it writes nothing and fails when a part is stale.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Modules of the core are read from their sources: a build that is a day old would draw yesterday's table.
 *
 * @param {string[]} entries paths of .ts files in the project
 * @returns {Promise<Record<string, unknown>[]>}
 */
async function importSources(entries) {
  const folder = mkdtempSync(join(tmpdir(), 'baton-docs-'));
  const done = new Set();
  /** @param {string} path */
  const translate = (path) => {
    if (done.has(path)) return;
    done.add(path);
    const { outputText } = ts.transpileModule(readFileSync(join(root, path), 'utf8'), {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
    });
    const target = join(folder, path.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, outputText);
    for (const [, imported] of outputText.matchAll(/from '(\.[^']+)\.js'/g)) {
      translate(normalize(join(dirname(path), `${imported}.ts`)));
    }
  };
  try {
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    for (const entry of entries) translate(entry);
    return await Promise.all(
      entries.map((entry) => import(pathToFileURL(join(folder, entry.replace(/\.ts$/, '.js'))).href)),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} word */
const spaced = (word) => word.replaceAll('_', ' ');

/**
 * @param {Record<string, any>} table of domain/lead/lead-state.ts
 * @returns {string} one row per state: its label for people, custody, and where it leads to
 */
function drawStates({ LEAD_STATES, TRANSITIONS, CUSTODY_OF_STATE, STATE_LABELS, isClosed }) {
  const rows = LEAD_STATES.map((/** @type {string} */ state) => {
    /** @type {Map<string, string[]>} */
    const moves = new Map();
    for (const { from, to, cause } of TRANSITIONS) {
      if (from === state && to !== 'erased') moves.set(to, [...(moves.get(to) ?? []), spaced(cause)]);
    }
    const leaves = [...moves].map(([to, causes]) => `\`${to}\` (${causes.join(', ')})`).join('; ');
    const closes = isClosed(state) ? 'closes the workflow' : '';
    const label = STATE_LABELS[state] ?? '';
    return `| \`${state}\` | ${label} | ${CUSTODY_OF_STATE[state]} | ${[closes, leaves].filter((part) => part !== '').join('; ')} |`;
  });
  return ['| State | Label | Custody | Leaves to (cause) |', '|---|---|---|---|', ...rows].join('\n');
}

/**
 * @param {string} text
 * @param {string} name of the markers `<!-- generated: NAME -->` and `<!-- end: NAME -->`
 * @param {string} content
 * @returns {string}
 */
function replacePart(text, name, content) {
  const begin = `<!-- generated: ${name} -->`;
  const end = `<!-- end: ${name} -->`;
  const from = text.indexOf(begin);
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`the markers of the generated part "${name}" are missing`);
  return `${text.slice(0, from + begin.length)}\n${content}\n${text.slice(to)}`;
}

/**
 * @param {string} text of docs/architecture.md
 * @returns {Promise<string>} the same with its generated parts drawn anew
 */
async function drawDocs(text) {
  const [states, pictures] = await importSources(['domain/lead/lead-state.ts', 'domain/lead/draw-transitions.ts']);
  const table = /** @type {Record<string, any>} */ (states);
  const { drawTransitions } = /** @type {Record<string, any>} */ (pictures);
  const picture = `\`\`\`mermaid\n${drawTransitions(table.TRANSITIONS).trimEnd()}\n\`\`\``;
  return replacePart(replacePart(text, 'transitions', picture), 'states', drawStates(table));
}

const args = process.argv.slice(2);
const check = args.includes('--check');
const path = args.find((arg) => !arg.startsWith('--')) ?? join(root, 'docs', 'architecture.md');
const before = readFileSync(path, 'utf8');
const after = await drawDocs(before);
if (after !== before && check) {
  console.error(`${path} is not what domain/lead/lead-state.ts says: run node scripts/draw-docs.mjs`);
  process.exitCode = 1;
} else if (after !== before) {
  writeFileSync(path, after);
}
