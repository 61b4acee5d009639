import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { CadenceDocument } from '../../domain/cadence/cadence.schema.js';
import { buildTrack } from '../../domain/rehearsal/build-track.js';
import type { TrackEntry } from '../../domain/rehearsal/track-entry.js';
import { scoreAt } from '../../domain/scoring/score-at.js';
import { DocumentsService } from '../documents/documents.service.js';
import { LeadPlanningService } from '../leads/lead-planning.service.js';
import { LeadStoryService } from '../leads/lead-story.service.js';
import { ScoringService } from '../scoring/scoring.service.js';

/** The stretch of a lead's life a track tells; epoch milliseconds on the lead's clock, both ends included. */
export interface TrackSpan {
  readonly leadId: string;
  readonly from: number;
  readonly to: number;
}

/** Tells a stretch of a lead's life as a track, from what the record holds. */
@Injectable()
export class RehearsalTrackService {
  constructor(
    private readonly stories: LeadStoryService,
    private readonly planning: LeadPlanningService,
    private readonly scoring: ScoringService,
    private readonly documents: DocumentsService,
  ) {}

  async track(
    manager: EntityManager,
    { leadId, from, to }: TrackSpan,
    refused: readonly { readonly at: number; readonly why: string }[] = [],
  ): Promise<TrackEntry[]> {
    const { items, multipliers } = await this.scoring.itemsOf(manager, leadId);
    return buildTrack({
      rows: await this.stories.between(manager, leadId, from, to),
      zone: await this.planning.zoneOf(manager, leadId),
      cadences: await this.cadences(manager, leadId),
      scoreAt: (at) => scoreAt(items, multipliers, at),
      refused,
    });
  }

  private async cadences(manager: EntityManager, leadId: string): Promise<Map<number, CadenceDocument>> {
    const rows = await manager.query<{ no: number; version_id: string }[]>(
      'select no, version_id from enrollments where lead_id = $1',
      [leadId],
    );
    const cadences = new Map<number, CadenceDocument>();
    for (const { no, version_id } of rows) {
      const version = await this.documents.load(manager, 'cadence', version_id);
      if (version) cadences.set(no, version.body);
    }
    return cadences;
  }
}
