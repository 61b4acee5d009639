import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import { LEAD_STATES } from '../../domain/lead/lead-state.js';
import { WEBHOOK_EVENTS } from '../../domain/webhook/webhook-events.js';
import { loadConfig } from '../../src/config/config.js';
import { loadModule } from '../local-stack/load-module.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const readme = read('README.md');

/** The rows of the table under a heading, as their cells. */
function tableUnder(text: string, heading: string): string[][] {
  const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`no section ${heading}`);
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim()),
  );
}

const literal = (cell: string | undefined): string | undefined => /^`([^`]+)`$/.exec(cell ?? '')?.[1];
const shellBlocks = (text: string): string[] =>
  [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block ?? '');

const documents = [
  'README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

describe('generated parts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'baton-docs-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const draw = (...args: string[]) =>
    spawnSync(process.execPath, [join(root, 'scripts', 'draw-docs.mjs'), ...args], { encoding: 'utf8' });

  it('are what the transition table says', () => {
    const { status, stderr } = draw('--check');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it('are refused when stale, and redrawn', () => {
    const copy = join(folder, 'architecture.md');
    const fresh = read('docs/architecture.md');
    writeFileSync(copy, fresh.replace('offered --> accepted: accepted', 'offered --> won: accepted'));
    const refused = draw('--check', copy);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('run node scripts/draw-docs.mjs');
    expect(draw(copy).status).toBe(0);
    expect(readFileSync(copy, 'utf8')).toBe(fresh);
  });
});

describe('README.md', () => {
  it('lists every script of the package', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const listed = tableUnder(readme, 'Scripts').map(([name]) => literal(name));
    expect(listed.sort()).toEqual(Object.keys(scripts).sort());
  });

  it('maps every folder that exists and no other', () => {
    const ignored = new Set(['node_modules', 'dist', 'coverage']);
    const present = readdirSync(root, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !ignored.has(entry.name))
      .map((entry) => entry.name);
    const mapped = tableUnder(readme, 'Map').map(([cell]) => /^\[`([a-z]+)\/`\]/.exec(cell ?? '')?.[1]);
    expect(mapped.sort()).toEqual(present.sort());
  });

  it('calls only scripts and files that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const commands = shellBlocks(readme).join('\n');
    const called = [...commands.matchAll(/npm (?:run )?([a-z]+)/g)].map(([, name]) => name ?? '');
    expect(called).toEqual(expect.arrayContaining(['start', 'test']));
    expect(called.filter((name) => !(name in scripts))).toEqual([]);
    const sources = [...commands.matchAll(/dist\/(src\/cli\/[a-z-]+)\.js/g)].map(([, path]) => `${path}.ts`);
    expect(sources.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

describe('the configuration table', () => {
  const rows = tableUnder(readme, 'Configuration').map(([name, value]) => ({ name: literal(name) ?? '', value }));
  const required: Record<string, string> = {
    DATABASE_URL: 'postgres://baton@127.0.0.1/baton',
    SMTP_URL: 'smtp://127.0.0.1:2525',
    MAIL_FROM_DOMAIN: 'baton.example',
    SIGNING_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64url')}`,
  };

  it('has every variable that the code reads', () => {
    const known = [...read('src/config/config.ts').matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map(([, name]) => name ?? '');
    expect(rows.map(({ name }) => name).sort()).toEqual(known.sort());
  });

  it('says which are required', () => {
    const listed = rows.filter(({ value }) => value === 'required').map(({ name }) => name);
    expect(listed.sort()).toEqual(Object.keys(required).sort());
    for (const name of listed) {
      const { [name]: _left, ...rest } = required;
      expect(() => loadConfig(rest)).toThrow(name);
    }
  });

  it('names the defaults in force', () => {
    const plain = loadConfig(required);
    for (const { name, value } of rows.filter((row) => row.value !== 'required' && row.value !== 'none')) {
      expect({ name, config: loadConfig({ ...required, [name]: literal(value) }) }).toEqual({ name, config: plain });
    }
  });
});

describe('documents', () => {
  it.each(documents)('%s links to files that exist', (path) => {
    const targets = [...read(path).matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)].map(([, target]) => target ?? '');
    expect(targets.filter((target) => !existsSync(resolve(root, dirname(path), target)))).toEqual([]);
  });

  it.each(documents)('%s names files that exist', (path) => {
    const named = [
      ...read(path).matchAll(/`((?:domain|workflows|activities|src|scripts|test|docs|examples)\/[\w./-]*)`/g),
    ];
    expect(named.map(([, file]) => file ?? '').filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });

  it('tell an operator every option of the start', async () => {
    const { usage } = await loadModule<{ usage: string }>('options');
    const flags = [...usage.matchAll(/^ {2}(--[a-z]+)/gm)]
      .map(([, flag]) => flag ?? '')
      .filter((flag) => flag !== '--help');
    const rows = tableUnder(read('docs/operations.md'), 'Start and stop').map(([cell]) => cell ?? '');
    expect(flags.filter((flag) => !rows.some((cell) => cell.includes(`\`${flag}`)))).toEqual([]);
    expect(flags.length).toBeGreaterThan(3);
  });

  it('tell a CRM every event it can be called with', () => {
    const events = tableUnder(read('docs/crm.md'), 'What the CRM is told').map(([cell]) => literal(cell));
    expect(events.sort()).toEqual([...WEBHOOK_EVENTS].sort());
  });

  it('show every state with its custody', () => {
    const states = tableUnder(read('docs/architecture.md'), "A lead's life").map(([cell]) => literal(cell));
    expect(states).toEqual([...LEAD_STATES]);
  });
});
