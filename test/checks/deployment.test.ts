import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { loadConfig } from '../../src/config/config.js';

interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly command?: string | readonly string[];
  readonly container_name?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly restart?: string;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly configs: Readonly<Record<string, { readonly content: string }>>;
}

const read = (path: string): string => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
const exists = (path: string): boolean => existsSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)));

const text = read('docker-compose.yml');
const compose = parse(text, { merge: true }) as Compose;
const service = (name: string): Service => {
  const found = compose.services[name];
  if (found === undefined) throw new Error(`no service ${name}`);
  return found;
};
const names = Object.keys(compose.services);
const oneShots = ['temporal-schema', 'temporal-setup', 'migrate'];

describe('docker-compose.yml', () => {
  it('has every part', () => {
    expect(names.sort()).toEqual([
      ...['api', 'mail', 'migrate', 'postgres', 'temporal', 'temporal-schema', 'temporal-setup', 'temporal-ui'],
      'worker',
    ]);
  });

  it('pins every image that it does not build', () => {
    const foreign = Object.values(compose.services).filter(({ build }) => build === undefined);
    expect(foreign.map(({ image }) => image).sort()).toEqual([
      'postgres:18.4-bookworm',
      'temporalio/admin-tools:1.32.1',
      'temporalio/admin-tools:1.32.1',
      'temporalio/server:1.32.1',
      'temporalio/ui:2.54.1',
    ]);
  });

  it('names no container, so that it may run twice', () => {
    expect(Object.values(compose.services).filter(({ container_name }) => container_name !== undefined)).toEqual([]);
  });

  it('publishes nothing beyond this machine', () => {
    const ports = Object.values(compose.services).flatMap((one) => one.ports ?? []);
    expect(ports.length).toBeGreaterThan(0);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });

  it('has no password of its own', () => {
    const secret = /PASSWORD|PWD|SECRET|SIGNING_KEYS|DATABASE_URL/;
    const values = Object.values(compose.services).flatMap(({ environment }) => Object.entries(environment ?? {}));
    const secrets = values.filter(([name]) => secret.test(name));
    expect(secrets.length).toBeGreaterThan(0);
    expect(secrets.filter(([, value]) => !/\$\{\w+:\?[^}]+\}/.test(value))).toEqual([]);
  });

  it('checks the health of everything that stays up, and restarts it', () => {
    const staying = names.filter((name) => !oneShots.includes(name) && name !== 'temporal-ui');
    expect(staying.filter((name) => service(name).healthcheck === undefined)).toEqual([]);
    expect(staying.filter((name) => service(name).restart !== 'unless-stopped')).toEqual([]);
    expect(oneShots.filter((name) => service(name).restart !== 'on-failure')).toEqual([]);
  });

  it('waits only for services that exist, in a way they can answer', () => {
    for (const name of names) {
      for (const [other, { condition }] of Object.entries(service(name).depends_on ?? {})) {
        const expected = oneShots.includes(other) ? 'service_completed_successfully' : 'service_healthy';
        expect({ name, other, condition }).toEqual({ name, other, condition: expected });
        expect(names).toContain(other);
      }
    }
  });

  it('keeps data in named volumes that are declared', () => {
    const mounted = Object.values(compose.services).flatMap((one) => one.volumes ?? []);
    expect(mounted.map((mount) => mount.split(':')[0]).sort()).toEqual(Object.keys(compose.volumes).sort());
  });

  it('gives api and worker an environment that the configuration accepts', () => {
    const key = `k1:${Buffer.alloc(32, 7).toString('base64url')}`;
    const given: Record<string, string> = { POSTGRES_PASSWORD: 'chosen', SIGNING_KEYS: key };
    const filled = (value: string): string =>
      value.replace(
        /\$\{(\w+)(?::-([^}]*)|:\?[^}]*)\}/g,
        (_all, name: string, fallback?: string) => given[name] ?? fallback ?? '',
      );
    for (const name of ['api', 'worker', 'migrate']) {
      const environment = Object.fromEntries(
        Object.entries(service(name).environment ?? {}).map(([variable, value]) => [variable, filled(value)]),
      );
      const config = loadConfig(environment);
      expect(config.database.url).toBe('postgres://baton:chosen@postgres:5432/baton');
      expect(config.temporal.address).toBe('temporal:7233');
      expect(config.mail.smtpUrl).toBe('smtp://mail:2525');
    }
  });

  it('runs commands whose source exists', () => {
    const scripts = names.flatMap((name) => {
      const { command } = service(name);
      return typeof command === 'object' ? command.filter((part) => /^(dist|scripts)\//.test(part)) : [];
    });
    expect(scripts.sort()).toEqual([
      'dist/src/cli/migrate.js',
      'dist/src/main.js',
      'dist/src/worker.js',
      'scripts/local-stack/mail-catcher.mjs',
    ]);
    const sources = scripts.map((path) => path.replace(/^dist\/(.*)\.js$/, '$1.ts'));
    expect(sources.filter((path) => !exists(path))).toEqual([]);
  });

  it('registers every search attribute that a workflow sets', () => {
    const set = readdirSync(fileURLToPath(new URL('../../workflows', import.meta.url)))
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) => [...read(`workflows/${name}`).matchAll(/name: '(\w+)', type: '([A-Z_]+)'/g)])
      .map(([, name = '', type = '']) => `${name}=${type.toLowerCase()}`);
    const registered = [...text.matchAll(/\b([A-Z]\w+)=(Keyword|Datetime|Int)\b/g)].map(
      ([, name = '', type = '']) => `${name}=${type.toLowerCase()}`,
    );
    expect(set.length).toBeGreaterThan(0);
    expect(set.filter((attribute) => !registered.includes(attribute))).toEqual([]);
  });

  it('fixes 512 history shards, which can never change', () => {
    expect(service('temporal').environment?.['NUM_HISTORY_SHARDS']).toBe('512');
  });
});

describe('Dockerfile', () => {
  const dockerfile = read('Dockerfile');

  it('copies only what exists', () => {
    const copied = dockerfile
      .split('\n')
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
      .flatMap((line) => line.split(' ').slice(1, -1));
    expect(copied.length).toBeGreaterThan(5);
    expect(copied.filter((path) => !exists(path))).toEqual([]);
  });

  it('pins its base and does not run as root', () => {
    expect([...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image)).toEqual([
      'node:20.20.2-bookworm-slim',
      'node:20.20.2-bookworm-slim',
    ]);
    expect(dockerfile).toMatch(/^USER node$/m);
  });
});

describe('nest-cli.json', () => {
  it('describes the build that runs', () => {
    const nest = JSON.parse(read('nest-cli.json')) as {
      sourceRoot: string;
      entryFile: string;
      compilerOptions: { tsConfigPath: string };
    };
    const build = JSON.parse(read(nest.compilerOptions.tsConfigPath)) as { compilerOptions: { outDir: string } };
    const entry = `${nest.sourceRoot}/${nest.entryFile}`;
    expect(exists(`${entry}.ts`)).toBe(true);
    expect(service('api').command).toEqual(['node', `${build.compilerOptions.outDir}/${entry}.js`]);
  });
});
