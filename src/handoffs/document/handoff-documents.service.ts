import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { buildHandoffDocument } from '../../../domain/handoff/document/build-handoff-document.js';
import type { HandoffDocument } from '../../../domain/handoff/document/handoff-document.js';
import { DocumentSignaturesService } from '../../documents/document-signatures.service.js';
import { type DocumentVersion, DocumentsService, SINGLE_KEY } from '../../documents/documents.service.js';
import { OrganisationService } from '../../people/organisation.service.js';
import { PeopleService } from '../../people/people.service.js';
import { ReasonsService } from '../../policies/reasons.service.js';
import { HANDOFF_VERSION_KINDS } from '../handoff-versions.js';

/** Ids of document versions by kind. */
export type VersionIds = Readonly<Partial<Record<string, string>>>;

/** The page both teams sign, made from the configuration that decides. */
@Injectable()
export class HandoffDocumentsService {
  constructor(
    private readonly documents: DocumentsService,
    private readonly signatures: DocumentSignaturesService,
    private readonly organisations: OrganisationService,
    private readonly people: PeopleService,
    private readonly reasons: ReasonsService,
  ) {}

  /** By the definition of that key that decides at `now`, with everything else in force then; undefined without one. */
  async inForce(manager: EntityManager, key: string, now: Date): Promise<HandoffDocument | undefined> {
    const definition = await this.documents.effective(manager, 'definition', key, now);
    if (definition === undefined) return undefined;
    const versions: Record<string, string> = { definition: definition.id };
    for (const kind of HANDOFF_VERSION_KINDS) {
      const version = await this.documents.effective(manager, kind, SINGLE_KEY, now);
      if (version !== undefined) versions[kind] = version.id;
    }
    return this.ofVersions(manager, versions);
  }

  /** By exactly those versions, whatever is in force since; undefined where no definition is named. */
  async ofVersions(manager: EntityManager, ids: VersionIds): Promise<HandoffDocument | undefined> {
    const definition = await this.load(manager, 'definition', ids);
    if (definition === undefined) return undefined;
    const organisation = await this.organisations.get(manager);
    const people = await this.people.list(manager);
    const nameOf = (id: string | null) => people.find((person) => person.id === id)?.name ?? null;
    const teams = await this.people.teams(manager);
    return buildHandoffDocument({
      organisation: {
        name: organisation.name,
        zone: organisation.zone,
        accountableOwner: (await this.people.accountableOwner(manager)).name,
      },
      definition: {
        version: definition.version,
        body: definition.body,
        inForceAt: (definition.effectiveAt ?? definition.publishedAt).getTime(),
      },
      signatures: await this.signaturesOf(manager, definition),
      scoreModel: await this.load(manager, 'score_model', ids),
      sla: await this.load(manager, 'sla', ids),
      recycle: await this.load(manager, 'recycle', ids),
      routing: await this.load(manager, 'routing', ids),
      prep: await this.load(manager, 'prep', ids),
      playbook: await this.load(manager, 'playbook', ids),
      teams: teams.map(({ key, ownerId }) => ({ key, owner: nameOf(ownerId) })),
      reasons: await this.reasons.list(manager),
    });
  }

  private async signaturesOf(manager: EntityManager, { kind, key, draftEtag }: DocumentVersion) {
    if (draftEtag === null) return [];
    const signatures = await this.signatures.of(manager, { kind, key, etag: draftEtag });
    return signatures.map(({ side, person, signedAt }) => ({ side, name: person.name, at: signedAt.getTime() }));
  }

  private load<K extends 'definition' | (typeof HANDOFF_VERSION_KINDS)[number]>(
    manager: EntityManager,
    kind: K,
    ids: VersionIds,
  ) {
    const id = ids[kind];
    return id === undefined ? Promise.resolve(undefined) : this.documents.load(manager, kind, id);
  }
}
