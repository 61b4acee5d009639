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
  readonly configs?: readonly { readonly source: string; readonly target: string }[];
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
const oneShots = ['temporal-schema', 'temporal-setup', 'migrate', 'bootstrap'];
const ours = names.filter((name) => service(name).build !== undefined);
const key = `k1:${Buffer.alloc(32, 7).toString('base64url')}`;

/** Values as Compose fills them in when only what is required is set. */
function filledEnvironment(name: string): Record<string, string> {
  const given: Record<string, string> = { POSTGRES_PASSWORD: 'chosen', SIGNING_KEYS: key };
  const fill = (value: string): string =>
    value.replace(
      /\$\{(\w+)(?::-([^}]*)|:\?[^}]*)\}/g,
      (_all, variable: string, fallback?: string) => given[variable] ?? fallback ?? '',
    );
  return Object.fromEntries(
    Object.entries(service(name).environment ?? {}).map(([variable, value]) => [variable, fill(value)]),
  );
}

/** Source: go.temporal.io/server v1.32.1, common/config/config_template_embedded.yaml and docker/scripts/sh/entrypoint.sh. */
const serverVariables = [
  ...['DB', 'POSTGRES_SEEDS', 'DB_PORT', 'POSTGRES_USER', 'POSTGRES_PWD', 'DBNAME', 'VISIBILITY_DBNAME'],
  ...['NUM_HISTORY_SHARDS', 'SQL_MAX_CONNS', 'SQL_VIS_MAX_CONNS', 'BIND_ON_IP', 'TEMPORAL_BROADCAST_ADDRESS'],
  ...['DYNAMIC_CONFIG_FILE_PATH', 'LOG_LEVEL', 'TEMPORAL_ALLOW_NO_AUTH', 'PROMETHEUS_ENDPOINT', 'FRONTEND_GRPC_PORT'],
];
/** Source: the same, tools/sql/main.go. */
const sqlToolVariables = ['SQL_PLUGIN', 'SQL_HOST', 'SQL_PORT', 'SQL_USER', 'SQL_PASSWORD', 'SQL_DATABASE'];
/** Source: github.com/temporalio/ui-server/v2 v2.54.1, config/docker.yaml. */
const uiVariables = [
  ...['TEMPORAL_ADDRESS', 'TEMPORAL_UI_PORT', 'TEMPORAL_DEFAULT_NAMESPACE', 'TEMPORAL_CORS_ORIGINS'],
  ...['TEMPORAL_CSRF_COOKIE_INSECURE', 'TEMPORAL_DISABLE_NEWS_FETCH'],
];
/** Source: the Compose specification. */
const composeKeys = {
  top: ['services', 'volumes', 'configs'],
  service: [
    ...['image', 'build', 'init', 'restart', 'command', 'environment', 'volumes', 'ports', 'healthcheck', 'depends_on'],
    ...['configs', 'stop_grace_period'],
  ],
  healthcheck: ['test', 'interval', 'timeout', 'retries', 'start_period'],
};

describe('docker-compose.yml', () => {
  it('has every part', () => {
    expect(names.sort()).toEqual([
      ...[
        'api',
        'bootstrap',
        'mail',
        'migrate',
        'postgres',
        'temporal',
        'temporal-schema',
        'temporal-setup',
        'temporal-ui',
      ],
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
    // Left out, or chosen by whoever deploys: an empty default is none.
    expect(secrets.filter(([, value]) => !/\$\{\w+:(?:\?[^}]+|-)\}/.test(value))).toEqual([]);
  });

  it('checks the health of everything that stays up, and restarts it', () => {
    const staying = names.filter((name) => !oneShots.includes(name));
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

  it('uses no key that Compose does not know', () => {
    const top = Object.keys(compose).filter((name) => !name.startsWith('x-'));
    expect(top.filter((name) => !composeKeys.top.includes(name))).toEqual([]);
    for (const name of names) {
      expect(Object.keys(service(name)).filter((field) => !composeKeys.service.includes(field))).toEqual([]);
      const check = Object.keys(service(name).healthcheck ?? {});
      expect(check.filter((field) => !composeKeys.healthcheck.includes(field))).toEqual([]);
      for (const { source } of service(name).configs ?? []) expect(Object.keys(compose.configs)).toContain(source);
    }
  });

  it('gives every process of ours an environment that the configuration accepts', () => {
    for (const name of ['api', 'worker', 'migrate', 'bootstrap']) {
      const config = loadConfig(filledEnvironment(name));
      expect(config.database.url).toBe('postgres://baton:chosen@postgres:5432/baton');
      expect(config.temporal.address).toBe('temporal:7233');
      expect(config.mail.smtpUrl).toBe('smtp://mail:2525');
    }
  });

  it('sets only variables that somebody reads', () => {
    const known = [...read('src/config/config.ts').matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map(([, name]) => name ?? '');
    expect(known.length).toBeGreaterThan(10);
    const readBy: Readonly<Record<string, readonly string[]>> = {
      postgres: ['POSTGRES_USER', 'POSTGRES_PASSWORD', 'POSTGRES_DB'],
      temporal: serverVariables,
      'temporal-schema': sqlToolVariables,
      'temporal-setup': ['TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE'],
      'temporal-ui': uiVariables,
      ...Object.fromEntries(ours.map((name) => [name, known])),
    };
    for (const name of names) {
      const set = Object.keys(service(name).environment ?? {});
      expect({ name, unknown: set.filter((variable) => !readBy[name]?.includes(variable)) }).toEqual({
        name,
        unknown: [],
      });
    }
  });

  it('opens fewer connections than PostgreSQL takes', () => {
    const { SQL_MAX_CONNS = '', SQL_VIS_MAX_CONNS = '' } = filledEnvironment('temporal');
    const command = service('postgres').command;
    const most = typeof command === 'object' ? Number(/max_connections=(\d+)/.exec(command.join(' '))?.[1]) : 0;
    // Four services of the server, our two processes, the one-shots and somebody with psql.
    const pool = loadConfig(filledEnvironment('api')).database.poolSize;
    expect(4 * (Number(SQL_MAX_CONNS) + Number(SQL_VIS_MAX_CONNS)) + 2 * 2 * pool + 20).toBeLessThanOrEqual(most);
  });

  it('makes the schema that the server looks for', () => {
    const script = (service('temporal-schema').command ?? []).at(-1) ?? '';
    const { DBNAME, VISIBILITY_DBNAME } = filledEnvironment('temporal');
    expect(script).toContain(`for database in ${DBNAME} ${VISIBILITY_DBNAME}; do`);
    expect(script).toContain('schema=postgresql/v12/temporal');
    expect(script).toContain('schema=postgresql/v12/visibility');
    const steps = [...script.matchAll(/temporal-sql-tool --database \$\$database (\S+)/g)].map(([, step]) => step);
    expect(steps).toEqual(['create-database', 'setup-schema', 'update-schema']);
    expect(filledEnvironment('temporal-schema')).toMatchObject({ SQL_PLUGIN: 'postgres12', SQL_PASSWORD: 'chosen' });
  });

  it('asks by name for what it cannot do without, and .env.example has all of it', () => {
    const asked = [...text.matchAll(/\$\{(\w+)(:-|:\?)([^}]*)\}/g)];
    const required = new Set(asked.flatMap(([, name = '', kind]) => (kind === ':?' ? [name] : [])));
    const optional = new Set(asked.flatMap(([, name = '', kind]) => (kind === ':-' ? [name] : [])));
    expect([...required].sort()).toEqual(['POSTGRES_PASSWORD', 'SIGNING_KEYS']);
    expect(asked.filter(([, , kind, message]) => kind === ':?' && !message?.includes('.env'))).toEqual([]);
    const example = read('.env.example');
    expect([...example.matchAll(/^(\w+)=(.*)$/gm)].map(([, name, value]) => [name, value])).toEqual(
      [...required].sort().map((name) => [name, '']),
    );
    expect([...example.matchAll(/^#(\w+)=/gm)].map(([, name]) => name).sort()).toEqual([...optional].sort());
  });

  it('runs commands whose source exists', () => {
    const scripts = names.flatMap((name) => {
      const { command } = service(name);
      return typeof command === 'object' ? command.filter((part) => /^(dist|scripts)\//.test(part)) : [];
    });
    expect(scripts.sort()).toEqual([
      'dist/src/cli/bootstrap.js',
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
      ...Array.from({ length: 3 }, () => 'node:20.20.2-bookworm-slim'),
    ]);
    expect(dockerfile).toMatch(/^USER node$/m);
    // Nothing after it would run as root again.
    expect(dockerfile.slice(dockerfile.indexOf('USER node'))).not.toMatch(/^(RUN|USER root|COPY)/m);
  });

  it('installs by the lock file alone, and leaves the tools of the build out of the image', () => {
    const installs = [...dockerfile.matchAll(/npm (?:ci|install|i)\b[^&\n]*/g)].map(([line]) => line.trim());
    expect(installs).toEqual(['npm ci --no-audit --no-fund', 'npm ci --omit=dev --no-audit --no-fund']);
  });

  it('gets past .dockerignore with everything it copies, and with nothing secret', () => {
    const lines = read('.dockerignore').split('\n');
    const letIn = lines.flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []));
    const copied = dockerfile
      .split('\n')
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
      .flatMap((line) => line.split(' ').slice(1, -1))
      .map((path) => path.replace('./', '').split('/')[0] ?? '');
    expect(lines).toContain('*');
    expect(letIn.sort()).toEqual([...new Set(copied)].sort());
  });

  it('has in the image all that the services run, with what those scripts import', () => {
    const runtime = dockerfile.slice(dockerfile.lastIndexOf('FROM '));
    for (const name of ours) {
      const { command } = service(name);
      const script = typeof command === 'object' ? (command[1] ?? '') : '';
      expect(runtime).toContain(script.startsWith('dist/') ? '/app/dist ./dist' : 'COPY scripts/local-stack');
    }
    expect(runtime).toContain('COPY examples ./examples');
    const dependencies = (JSON.parse(read('package.json')) as { dependencies: Record<string, string> }).dependencies;
    const catcher = readdirSync(fileURLToPath(new URL('../../scripts/local-stack', import.meta.url)))
      .filter((file) => file.startsWith('mail-'))
      .flatMap((file) => [...read(`scripts/local-stack/${file}`).matchAll(/from '([^.'][^']*)'/g)])
      .map(([, module = '']) => module)
      .filter((module) => !module.startsWith('node:'));
    expect(catcher.length).toBeGreaterThan(0);
    expect(catcher.filter((module) => !Object.hasOwn(dependencies, module))).toEqual([]);
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
