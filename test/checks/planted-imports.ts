/** One breach of an import rule: the file that holds it, and the rules that must refuse that file, no more and no less. */
export interface Planted {
  readonly file: string;
  readonly content: string;
  readonly refusedBy: readonly string[];
}

const planted = (file: string, content: string, ...refusedBy: string[]): Planted => ({
  file,
  content: `${content}\n`,
  refusedBy,
});

/** At least one breach for every row of the table "Who may import whom". */
export const plantedImports: readonly Planted[] = [
  planted(
    'domain/lead/reads-service.ts',
    "export { PeopleService } from '../../src/people/people.service.js';",
    'domain-imports-domain-only',
  ),
  planted('domain/lead/reads-file.ts', "export { readFileSync } from 'node:fs';", 'domain-imports-domain-only'),
  planted('domain/lead/sleeps.ts', "export { sleep } from '@temporalio/workflow';", 'domain-imports-domain-only'),
  planted('domain/lead/parses.ts', "export { z } from 'zod';", 'domain-zod-in-schemas-only'),
  planted(
    'domain/lead/people.spec.ts',
    "export { PeopleService } from '../../src/people/people.service.js';",
    'domain-specs-stay-in-domain',
  ),
  planted(
    'workflows/contracts/heartbeats.contract.ts',
    "export { heartbeat } from '@temporalio/activity';",
    'contracts-allow-list',
  ),
  planted(
    'workflows/contracts/knows-code.contract.ts',
    "export { leadNow } from '../lead-clock.js';",
    'contracts-allow-list',
  ),
  planted(
    'workflows/contracts/decides.contract.ts',
    "export { nextState } from '../../domain/lead/lead-state.js';",
    'contracts-domain-types-only',
  ),
  planted(
    'workflows/reads-service.workflow.ts',
    "export { PeopleService } from '../src/people/people.service.js';",
    'workflows-allow-list',
  ),
  planted('workflows/reads-file.workflow.ts', "export { readFileSync } from 'node:fs';", 'workflows-allow-list'),
  planted(
    'workflows/judges.workflow.ts',
    "export { holds } from '../domain/condition/condition.js';",
    'workflows-no-facts-or-calendars',
  ),
  planted(
    'workflows/reads-calendar.workflow.ts',
    "export { localHour } from '../domain/time/local-hour.js';",
    'workflows-no-facts-or-calendars',
  ),
  planted('activities/contracts/limits.contract.ts', 'export const limit = 3;'),
  planted(
    'workflows/loads-activity.workflow.ts',
    "export { limit } from '../activities/contracts/limits.contract.js';",
    'workflows-activity-types-only',
  ),
  planted(
    'workflows/parses.workflow.ts',
    "export { leadSchema } from '../domain/lead/lead.schema.js';",
    'workflows-no-schema-values',
  ),
  planted(
    'activities/reads-entity.activities.ts',
    "export { PersonEntity } from '../src/people/person.entity.js';",
    'activities-allow-list',
  ),
  planted('activities/starts.activities.ts', "export { z } from 'zod';", 'activities-allow-list'),
  planted(
    'activities/knows-workflow.activities.ts',
    "import type { leadNow } from '../workflows/lead-clock.js';\n\nexport type Now = typeof leadNow;",
    'activities-no-workflow-code',
  ),
  planted('src/people/people.controller.ts', 'export class PeopleController {}'),
  planted(
    'activities/calls-controller.activities.ts',
    "import type { PeopleController } from '../src/people/people.controller.js';\n\nexport type Twin = PeopleController;",
    'activities-no-controllers',
  ),
  planted(
    'activities/contracts/leaks.contract.ts',
    "import type { PersonEntity } from '../../src/people/person.entity.js';\n\nexport type Leak = PersonEntity;",
    'activity-contracts-are-pure',
  ),
  planted(
    'src/leads/calls-activity.service.ts',
    "export { leadActivities } from '../../activities/lead.activities.js';",
    'src-no-activities',
  ),
  planted(
    'src/leads/loads-workflow.service.ts',
    "export { leadNow } from '../../workflows/lead-clock.js';",
    'src-no-workflow-code',
  ),
  planted(
    'src/leads/reads-entity.ts',
    "export { PersonEntity } from '../people/person.entity.js';",
    'features-meet-in-services',
  ),
  planted('src/people/person.presenter.ts', 'export const presentPerson = 1;'),
  planted(
    'src/leads/presents-person.ts',
    "export { presentPerson } from '../people/person.presenter.js';",
    'features-meet-in-services',
  ),
  planted('src/people/people.repository.ts', 'export class PeopleRepository {}'),
  planted(
    'src/leads/queries-people.ts',
    "export { PeopleRepository } from '../people/people.repository.js';",
    'features-meet-in-services',
  ),
  planted(
    'src/common/reads-entity.ts',
    "export { PersonEntity } from '../people/person.entity.js';",
    'foundation-meets-features-in-services',
  ),
  planted('src/main.ts', "export { nextState } from '../domain/lead/lead-state.js';", 'roots-have-no-business-logic'),
  planted('src/leads/starts-worker.ts', "import '../worker.js';", 'nobody-imports-roots'),
  planted('web/src/pages/leads.ts', "export { nextState } from '../../../domain/lead/lead-state.js';"),
  planted(
    'web/src/pages/people.ts',
    "export { PeopleService } from '../../../src/people/people.service.js';",
    'web-imports-domain-and-client-only',
  ),
  planted('src/leads/renders.ts', "export { nextState } from '../../web/src/pages/leads.js';", 'nobody-imports-web'),
  // A cycle is reported once, at the file it is entered by.
  planted('src/leads/hen.ts', "export { egg } from './egg.js';\n\nexport const hen = 1;"),
  planted('src/leads/egg.ts', "import { hen } from './hen.js';\n\nexport const egg = hen;", 'no-cycles'),
  planted('src/people/index.ts', "export { PeopleService } from './people.service.js';"),
  planted('src/people/uses-barrel.ts', "export { PeopleService } from './index.js';", 'no-barrels'),
  planted('test/fakes/fake-clock.ts', 'export const fakeClock = 1;'),
  planted('src/leads/uses-fake.ts', "export { fakeClock } from '../../test/fakes/fake-clock.js';", 'product-no-tests'),
  planted('src/leads/asserts.ts', "export { expect } from '@jest/globals';", 'product-no-dev-packages'),
  planted('src/leads/lost.ts', "export { nothing } from './nowhere.js';", 'all-imports-resolve'),
];
