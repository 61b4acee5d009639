import { CreateOrganisation1764000000000 } from './migrations/1764000000000-create-organisation.js';
import { CreateLeads1764000000001 } from './migrations/1764000000001-create-leads.js';
import { CreateTouchesAndHandoffs1764000000002 } from './migrations/1764000000002-create-touches-and-handoffs.js';
import { IndexNextWake1764004500000 } from './migrations/1764004500000-index-next-wake.js';
import { CreateTodos1764010000000 } from './migrations/1764010000000-create-todos.js';
import { TrackNotices1764012000000 } from './migrations/1764012000000-track-notices.js';
import { ForgetErasedLeads1764100000000 } from './migrations/1764100000000-forget-erased-leads.js';
import { CreateImports1764120000000 } from './migrations/1764120000000-create-imports.js';
import { CreateWebhooks1764130000000 } from './migrations/1764130000000-create-webhooks.js';
import { CreateCadencePauses1764140000000 } from './migrations/1764140000000-create-cadence-pauses.js';
import { CreateJobs1764150000000 } from './migrations/1764150000000-create-jobs.js';
import { CreateRehearsals1764160000000 } from './migrations/1764160000000-create-rehearsals.js';
import { StampHandoffVersions1764190000000 } from './migrations/1764190000000-stamp-handoff-versions.js';
import { AddPrepAndPlaybook1764200000000 } from './migrations/1764200000000-add-prep-and-playbook.js';
import { CreatePrepMails1764200000001 } from './migrations/1764200000001-create-prep-mails.js';
import { TellMentions1764210000000 } from './migrations/1764210000000-tell-mentions.js';
import { AskForMissingFields1764210000002 } from './migrations/1764210000002-ask-for-missing-fields.js';
import { CreateNoticePreferences1764210000001 } from './migrations/1764210000001-create-notice-preferences.js';
import { CreateBreakers1764220000000 } from './migrations/1764220000000-create-breakers.js';
import { PaceJobs1764230000000 } from './migrations/1764230000000-pace-jobs.js';
import { AddOrganisationHolidays1764231000000 } from './migrations/1764231000000-add-organisation-holidays.js';
import { AddOrganisationLanguage1764231000001 } from './migrations/1764231000001-add-organisation-language.js';
import { CreateRoutingTurns1764290000000 } from './migrations/1764290000000-create-routing-turns.js';
import { AddBulkLane1764240000000 } from './migrations/1764240000000-add-bulk-lane.js';

/** Every migration, oldest first: a glob would run whatever lies in the folder. */
export const MIGRATIONS = [
  CreateOrganisation1764000000000,
  CreateLeads1764000000001,
  CreateTouchesAndHandoffs1764000000002,
  IndexNextWake1764004500000,
  CreateTodos1764010000000,
  TrackNotices1764012000000,
  ForgetErasedLeads1764100000000,
  CreateImports1764120000000,
  CreateWebhooks1764130000000,
  CreateCadencePauses1764140000000,
  CreateJobs1764150000000,
  CreateRehearsals1764160000000,
  StampHandoffVersions1764190000000,
  AddPrepAndPlaybook1764200000000,
  CreatePrepMails1764200000001,
  TellMentions1764210000000,
  CreateNoticePreferences1764210000001,
  AskForMissingFields1764210000002,
  CreateBreakers1764220000000,
  PaceJobs1764230000000,
  AddOrganisationHolidays1764231000000,
  AddOrganisationLanguage1764231000001,
  AddBulkLane1764240000000,
  CreateRoutingTurns1764290000000,
];
