import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { LeadRecord } from '../../domain/lead/lead-process.js';
import { DocumentsService } from '../documents/documents.service.js';
import { LeadChangesService } from './lead-changes.service.js';
import type { LeadEntity } from './lead.entity.js';

/** What steps of a cadence do to the record of a lead. */
@Injectable()
export class LeadStepsService {
  constructor(
    private readonly documents: DocumentsService,
    private readonly changes: LeadChangesService,
  ) {}

  /**
   * A `set` step, as its cadence version says it. Nobody is woken: the sync that brings the record judges what follows.
   * A second run of the same record finds nothing to change.
   */
  async set(manager: EntityManager, lead: LeadEntity, { at, data }: LeadRecord): Promise<void> {
    const version = await this.documents.load(manager, 'cadence', String(data['versionId']));
    const step = version?.body.steps.find(({ id }) => id === data['step']);
    if (!step || !('set' in step)) return;
    const { tag, untag, profile } = step.set;
    const tags = lead.tags.filter((one) => one !== untag);
    const change = this.changes.patched(lead, {
      ...(tag === undefined || tags.includes(tag) ? { tags } : { tags: [...tags, tag] }),
      ...(profile && { profile }),
    });
    if (change.fields.length === 0) return;
    await this.changes.record(manager, lead, change, { personId: null, at: new Date(at), wallNow: new Date(at) });
  }
}
