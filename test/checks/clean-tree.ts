/** One small example of everything that is allowed, in the shape of the real tree: what every checker must let pass. */
export const cleanTree: Readonly<Record<string, string>> = {
  'README.md': '# planted\n',
  'package.json': `${JSON.stringify(
    {
      name: 'planted',
      private: true,
      type: 'module',
      scripts: { format: 'biome format .', unit: 'jest' },
      dependencies: {
        '@nestjs/common': '*',
        '@temporalio/activity': '*',
        '@temporalio/worker': '*',
        '@temporalio/workflow': '*',
        zod: '*',
      },
      devDependencies: {
        '@biomejs/biome': '*',
        '@jest/globals': '*',
        '@swc/jest': '*',
        eslint: '*',
        jest: '*',
        knip: '*',
        'typescript-eslint': '*',
      },
    },
    null,
    2,
  )}\n`,
  // The set-up that `npm test` does first has nothing to do here.
  'scripts/local-stack/install-and-build.mjs': 'export const installAndBuild = async () => undefined;\n',
  'scripts/local-stack/progress.mjs': 'export const createProgress = () => ({});\n',
  'domain/lead/lead-state.ts': `export type LeadState = 'new' | 'nurturing';

export function nextState(state: LeadState): LeadState {
  return state === 'new' ? 'nurturing' : state;
}
`,
  'domain/lead/lead-state.spec.ts': `import { expect, it } from '@jest/globals';
import { nextState } from './lead-state.js';

it('nurtures a new lead', () => {
  expect(nextState('new')).toBe('nurturing');
});
`,
  'domain/lead/lead.schema.ts': `import { z } from 'zod';

export const leadSchema = z.object({ state: z.enum(['new', 'nurturing']) });
`,
  'domain/condition/condition.ts': `export interface Condition {
  readonly score: number;
}

export function holds(condition: Condition, score: number): boolean {
  return score >= condition.score;
}
`,
  'domain/time/local-hour.ts': `export function localHour(at: number, zone: string): number {
  return Number(new Intl.DateTimeFormat('en', { hour: 'numeric', hour12: false, timeZone: zone }).format(at));
}
`,
  'workflows/index.ts': `export { leadLifecycle } from './lead-lifecycle.workflow.js';
`,
  'workflows/lead-clock.ts': `export function leadNow(offsetMs: number): number {
  return Date.now() + offsetMs;
}
`,
  'workflows/lead-lifecycle.workflow.ts': `import { proxyActivities, setHandler } from '@temporalio/workflow';
import type { LeadActivities } from '../activities/contracts/lead.contract.js';
import type { Condition } from '../domain/condition/condition.js';
import { nextState } from '../domain/lead/lead-state.js';
import { poke } from './contracts/lead-lifecycle.contract.js';
import { leadNow } from './lead-clock.js';

const { syncLead } = proxyActivities<LeadActivities>({ startToCloseTimeout: '10s' });

export async function leadLifecycle(input: { leadId: string; asks: Condition }): Promise<void> {
  setHandler(poke, () => undefined);
  await syncLead({ leadId: input.leadId, state: nextState('new'), now: leadNow(0) });
}
`,
  'workflows/contracts/lead-lifecycle.contract.ts': `import { defineSignal } from '@temporalio/workflow';
import type { LeadState } from '../../domain/lead/lead-state.js';

export interface LeadSnapshot {
  readonly state: LeadState;
}

export const poke = defineSignal<[{ seq: number }]>('poke');
`,
  'activities/contracts/lead.contract.ts': `import type { LeadState } from '../../domain/lead/lead-state.js';

export interface LeadActivities {
  syncLead(input: { leadId: string; state: LeadState; now: number }): Promise<void>;
}
`,
  'activities/lead.activities.ts': `import { Context } from '@temporalio/activity';
import type { LeadsService } from '../src/leads/leads.service.js';
import type { LeadActivities } from './contracts/lead.contract.js';

export function leadActivities(leads: LeadsService): LeadActivities {
  return {
    async syncLead(input) {
      Context.current().heartbeat();
      await leads.sync(input.leadId, input.now);
    },
  };
}
`,
  'src/config/config.ts': `export const databaseUrl = process.env['DATABASE_URL'] ?? '';
`,
  'src/integrations/webhook/egress-client.ts': `export async function post(url: string): Promise<number> {
  const response = await fetch(url, { method: 'POST' });
  return response.status;
}
`,
  'src/database/entities.ts': `import { PersonEntity } from '../people/person.entity.js';

export const entities = [PersonEntity];
`,
  'src/people/person.entity.ts': `export class PersonEntity {
  id = '';
}
`,
  'src/people/people.service.ts': `import { Injectable } from '@nestjs/common';
import { PersonEntity } from './person.entity.js';

@Injectable()
export class PeopleService {
  owner(): PersonEntity {
    return new PersonEntity();
  }
}
`,
  'src/leads/leads.service.ts': `import { Injectable } from '@nestjs/common';
import { holds } from '../../domain/condition/condition.js';
import { leadSchema } from '../../domain/lead/lead.schema.js';
import { localHour } from '../../domain/time/local-hour.js';
import type { LeadSnapshot } from '../../workflows/contracts/lead-lifecycle.contract.js';
import { databaseUrl } from '../config/config.js';
import { post } from '../integrations/webhook/egress-client.js';
import { PeopleService } from '../people/people.service.js';

@Injectable()
export class LeadsService {
  constructor(private readonly people: PeopleService) {}

  async sync(leadId: string, now: number): Promise<LeadSnapshot> {
    if (holds({ score: localHour(now, 'Europe/Berlin') }, 12)) await post(\`\${databaseUrl}/\${leadId}\`);
    return leadSchema.parse({ state: this.people.owner().id === '' ? 'new' : 'nurturing' });
  }
}
`,
  'src/main.ts': `import { LeadsService } from './leads/leads.service.js';
import { PeopleService } from './people/people.service.js';

await new LeadsService(new PeopleService()).sync('lead', Date.now());
`,
  'src/worker.ts': `import { leadActivities } from '../activities/lead.activities.js';
import { entities } from './database/entities.js';
import { LeadsService } from './leads/leads.service.js';
import { PeopleService } from './people/people.service.js';

const activities = leadActivities(new LeadsService(new PeopleService()));
if (entities.length > 0) await activities.syncLead({ leadId: 'lead', state: 'new', now: Date.now() });
`,
};
