import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { LintProblem } from '../../domain/lint-problem.js';
import { CampaignsService } from '../campaigns/campaigns.service.js';
import { OrganisationService } from '../people/organisation.service.js';
import { PeopleService } from '../people/people.service.js';
import { ReasonsService } from '../policies/reasons.service.js';
import { WebhookEndpointsService } from '../webhooks/webhook-endpoints.service.js';
import type { DocumentKind } from './document.entity.js';
import type { DocumentBodies } from './document-kinds.js';
import { DocumentsService, SINGLE_KEY } from './documents.service.js';
import { type KnownWorkspace, lintDocument } from './lint-document.js';

/** Judges a document together with everything else that is in force. */
@Injectable()
export class DocumentLinterService {
  constructor(
    private readonly documents: DocumentsService,
    private readonly campaigns: CampaignsService,
    private readonly reasons: ReasonsService,
    private readonly people: PeopleService,
    private readonly webhooks: WebhookEndpointsService,
    private readonly organisation: OrganisationService,
  ) {}

  async lint<K extends DocumentKind>(
    manager: EntityManager,
    kind: K,
    document: DocumentBodies[K],
    now: Date,
  ): Promise<LintProblem[]> {
    return lintDocument(kind, document, await this.workspace(manager, now));
  }

  private async workspace(manager: EntityManager, now: Date): Promise<KnownWorkspace> {
    const templates = await this.documents.listEffective(manager, 'template', now);
    const cadences = await this.documents.listEffective(manager, 'cadence', now);
    const frequency = await this.documents.effective(manager, 'frequency', SINGLE_KEY, now);
    return {
      scoreModel: (await this.documents.effective(manager, 'score_model', SINGLE_KEY, now))?.body,
      campaigns: await this.campaigns.list(manager),
      language: (await this.organisation.find(manager))?.language,
      reasons: (await this.reasons.list(manager)).map((reason) => reason.code),
      salesTeams: (await this.people.teams(manager, 'sales')).map((team) => team.key),
      templates: templates.map(({ key }) => key),
      cadences: cadences.filter(({ body }) => body.phase !== 'air_cover').map(({ key }) => key),
      frequencyClasses: Object.keys(frequency?.body ?? {}),
      webhooks: (await this.webhooks.list(manager)).map(({ key }) => key),
    };
  }
}
