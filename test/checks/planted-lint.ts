import type { Planted } from './planted-imports.js';

const planted = (file: string, content: string, ...refusedBy: string[]): Planted => ({
  file,
  content: `${content}\n`,
  refusedBy,
});

/** At least one breach for every ban; the last ones hold the edges at which a ban ends. */
export const plantedLint: readonly Planted[] = [
  planted('src/leads/env.ts', "export const url = process.env['URL'];", 'baton/env-only-in-config'),
  planted('src/leads/env-import.ts', "export { env } from 'node:process';", 'baton/env-only-in-config'),
  planted('src/leads/env-part.ts', 'const { env } = process;\nexport const all = env;', 'baton/env-only-in-config'),
  planted('src/cli/reads-env.ts', "export const url = process.env['DATABASE_URL'];", 'baton/env-only-to-config'),
  planted(
    'src/cli/hands-env-on.ts',
    "import { loadConfig } from '../config/load-config.js';\n\nexport const config = loadConfig(process.env);",
  ),
  planted(
    'src/config/load-config.ts',
    'export const loadConfig = (env: NodeJS.ProcessEnv): string | undefined => env["URL"];',
  ),
  planted('domain/lead/date-now.ts', 'export const now = (): number => Date.now();', 'baton/no-clock'),
  planted('domain/lead/new-date.ts', 'export const now = (): Date => new Date();', 'baton/no-clock'),
  planted('workflows/reads-clock.workflow.ts', 'export const now = (): number => Date.now();', 'baton/no-clock'),
  planted('domain/lead/random.ts', 'export const dice = (): number => Math.random();', 'baton/no-randomness'),
  planted('workflows/random.workflow.ts', 'export const dice = (): number => Math.random();', 'baton/no-randomness'),
  planted(
    'domain/lead/timer.ts',
    'export const wait = (): unknown => setTimeout(() => undefined, 1);',
    'baton/no-timers',
  ),
  planted('domain/lead/prints.ts', "export const say = (): void => console.log('x');", 'baton/no-console'),
  planted('workflows/prints.workflow.ts', "export const say = (): void => console.log('x');", 'baton/no-console'),
  planted('src/leads/prints.ts', "export const say = (): void => console.log('x');", 'baton/no-console'),
  planted(
    'domain/lead/zone.ts',
    'export const zone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;',
    'baton/no-local-zone',
  ),
  planted('domain/time/host-zone.ts', 'export const hour = (at: Date): number => at.getHours();', 'baton/no-host-zone'),
  planted(
    'src/leads/forward.ts',
    "import { forwardRef } from '@nestjs/common';\n\nexport const later: unknown = forwardRef(() => Object);",
    'baton/no-forward-ref',
    'baton/no-forward-ref',
  ),
  planted(
    'src/leads/fetches.ts',
    "export const get = async (): Promise<Response> => await fetch('http://127.0.0.1');",
    'baton/egress-only-in-integrations',
  ),
  planted(
    'src/leads/requests.ts',
    "import { request } from 'node:http';\n\nexport const ask = request;",
    'baton/egress-only-in-integrations',
  ),
  planted('src/leads/sends.ts', "export { createTransport } from 'nodemailer';", 'baton/egress-only-in-integrations'),
  planted(
    'src/leads/lazy.ts',
    "export const ask = async (): Promise<unknown> => await import('node:https');",
    'baton/egress-only-in-integrations',
  ),
  planted(
    'src/integrations/crm/fetches.ts',
    "export const get = async (): Promise<Response> => await fetch('https://crm.example');",
    'baton/one-egress-client',
  ),
  planted(
    'src/integrations/webhook/requests.ts',
    "import { request } from 'node:https';\n\nexport const ask = request;",
    'baton/one-egress-client',
  ),
  planted(
    'src/integrations/crm/sockets.ts',
    "export const open = (): WebSocket => new WebSocket('wss://crm.example');",
    'baton/one-egress-client',
  ),
  planted(
    'src/integrations/webhook/egress-client.ts',
    "import { request } from 'node:https';\n\nexport const ask = request;\nexport const post = async (url: string): Promise<number> => (await fetch(url)).status;",
  ),
  planted('src/leads/all.ts', "export * from './leads.service.js';", 'baton/no-export-all'),
  planted('src/leads/default.ts', 'export default 1;', 'baton/no-default-export'),
  planted(
    'src/leads/greedy.service.ts',
    `export class Greedy {\n  sum: number;\n\n  constructor(${['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((n) => `${n}: number`).join(', ')}) {\n    this.sum = a + b + c + d + e + f + g + h;\n  }\n}`,
    'baton/constructor-size',
  ),
  planted(
    'src/leads/floats.ts',
    'const work = async (): Promise<void> => await Promise.resolve();\n\nexport const start = (): void => {\n  work();\n};',
    '@typescript-eslint/no-floating-promises',
  ),
  planted('src/leads/any.ts', 'export const load = (): any => undefined;', '@typescript-eslint/no-explicit-any'),
  planted('src/leads/hushed.ts', '// @ts-ignore\nexport const x: string = 1;', '@typescript-eslint/ban-ts-comment'),
  planted(
    'src/leads/switched-off.ts',
    '/* eslint-disable */\nexport const load = (): any => undefined;',
    '@typescript-eslint/no-explicit-any',
    'no inline configuration',
  ),
  planted('src/leads/later.ts', '// TODO: finish\nexport const x = 1;', 'no-warning-comments'),
  planted(
    'workflows/value-import.workflow.ts',
    "import { Condition } from '../domain/condition/condition.js';\n\nexport type Ask = Condition;",
    '@typescript-eslint/consistent-type-imports',
  ),
  planted(
    'src/leads/half-switch.ts',
    "export function half(state: 'new' | 'old'): number {\n  switch (state) {\n    case 'new':\n      return 1;\n  }\n  return 2;\n}",
    '@typescript-eslint/switch-exhaustiveness-check',
  ),
  planted('src/leads/env.spec.ts', "export const url = process.env['URL'];"),
  planted(
    'src/leads/type-only.ts',
    "import type { IncomingMessage } from 'node:http';\n\nexport type Raw = IncomingMessage;",
  ),
  planted('src/leads/dates.ts', 'export const now = (): Date => new Date();'),
  planted('domain/time/instants.ts', 'export const at = (ms: number): number => new Date(ms).getUTCHours();'),
];
