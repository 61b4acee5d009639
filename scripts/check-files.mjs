// Checks what no other tool looks at: the closed list of the root, file names, file lengths, stray index files.
// Usage: node scripts/check-files.mjs [folder]
import { readdirSync, readFileSync } from 'node:fs';
import { basename, extname, join, resolve } from 'node:path';

const maxLines = 300;

const rootEntries = new Set([
  ...['README.md', 'LICENSE', 'package.json', 'package-lock.json', 'nest-cli.json', 'docker-compose.yml', 'Dockerfile'],
  ...['.npmrc', '.gitignore', '.dockerignore', '.env.example', '.ci', '.git'],
  ...['tsconfig.json', 'tsconfig.build.json', 'tsconfig.domain.json', 'biome.json', 'eslint.config.js'],
  ...['jest.config.js', '.dependency-cruiser.cjs', 'knip.json'],
  ...['docs', 'examples', 'domain', 'workflows', 'activities', 'src', 'web', 'test', 'bench', 'scripts', 'tools'],
]);
const codeFolders = ['domain', 'workflows', 'activities', 'src', 'web', 'test', 'bench', 'scripts'];
const codeKinds = new Set(['.ts', '.tsx', '.js', '.mjs', '.cjs', '.css', '.html', '.liquid']);
const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/;

const isGenerated = (path) => /(^|\/)generated\//.test(path) || path.startsWith('web/src/api/');
const isTest = (path) => path.startsWith('test/') || path.endsWith('.spec.ts');

function ignoredNames(root) {
  const text = readFileSync(join(root, '.gitignore'), 'utf8');
  const names = text.split('\n').map((line) => line.trim().replace(/\/$/, ''));
  return names
    .filter((name) => name !== '' && !name.startsWith('#'))
    .map((name) => new RegExp(`^${name.replaceAll('.', '\\.').replaceAll('*', '.*')}$`));
}

function* walk(root, folder, ignored) {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    if (ignored.some((name) => name.test(entry.name))) continue;
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) yield* walk(root, path, ignored);
    else yield path;
  }
}

/**
 * @param {string} root folder of the repository
 * @returns {string[]} one sentence per violation, beginning with the rule's name
 */
export function checkFiles(root) {
  const ignored = ignoredNames(root);
  const problems = [];
  const top = readdirSync(root).filter((name) => !ignored.some((pattern) => pattern.test(name)));
  for (const name of top) {
    if (!rootEntries.has(name)) problems.push(`root-closed-list: ${name} does not belong into the root`);
  }
  for (const folder of codeFolders.filter((name) => top.includes(name))) {
    for (const path of walk(root, folder, ignored)) {
      if (!codeKinds.has(extname(path)) || isGenerated(path)) continue;
      const name = basename(path);
      if (!kebab.test(name) && folder !== 'web') problems.push(`file-name: ${path} is not kebab-case noun.role`);
      if (/^index\.tsx?$/.test(name) && path !== 'workflows/index.ts') {
        problems.push(`no-barrels: ${path}; only workflows/index.ts is an index`);
      }
      if (isTest(path)) continue;
      const lines = readFileSync(join(root, path), 'utf8').split('\n').length - 1;
      if (lines > maxLines) problems.push(`file-length: ${path} has ${lines} lines, at most ${maxLines}`);
    }
  }
  return problems;
}

const problems = checkFiles(resolve(process.argv[2] ?? '.'));
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
