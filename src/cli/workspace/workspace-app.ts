import type { INestApplicationContext, ModuleMetadata } from '@nestjs/common';
import { CampaignsModule } from '../../campaigns/campaigns.module.js';
import type { Config } from '../../config/config.js';
import { DocumentEditingModule } from '../../documents/document-editing.module.js';
import { PeopleModule } from '../../people/people.module.js';
import { ReasonsModule } from '../../policies/reasons.module.js';
import { withCommandApp } from '../command-app.js';

/** Runs `work` with the services a workspace is read and written through, and those of `more`. */
export function withWorkspaceApp<T>(
  config: Config,
  work: (app: INestApplicationContext) => Promise<T>,
  more: NonNullable<ModuleMetadata['imports']> = [],
): Promise<T> {
  const modules = [PeopleModule, CampaignsModule, ReasonsModule, DocumentEditingModule, ...more];
  return withCommandApp(config, modules, work);
}
