import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { PeopleService } from '../people/people.service.js';
import { personIdsOf } from './lead-timeline.presenter.js';
import { LeadTimelineReadModel, type TimelineRow } from './lead-timeline.read-model.js';
import { timelineSentence } from './timeline-sentence.js';

const PAGE = 500;

/** One thing of a lead's timeline with its sentence; `at` in epoch milliseconds on the lead's clock. */
export interface StoryItem extends Pick<TimelineRow, 'kind' | 'type' | 'data'> {
  readonly at: number;
  readonly sentence: string;
}

/** A lead's whole timeline between two instants, for readers inside Baton. */
@Injectable()
export class LeadStoryService {
  constructor(
    private readonly timeline: LeadTimelineReadModel,
    private readonly people: PeopleService,
  ) {}

  /** In order, both ends included. */
  async between(manager: EntityManager, leadId: string, from: number, to: number): Promise<StoryItem[]> {
    const rows: TimelineRow[] = [];
    let page: TimelineRow[];
    do {
      page = await this.timeline.page(manager, {
        leadId,
        withWords: true,
        order: 'asc',
        limit: PAGE,
        after: rows.at(-1),
      });
      rows.push(...page);
    } while (page.length === PAGE);
    const told = rows.filter(({ at }) => at.getTime() >= from && at.getTime() <= to);
    const people = await this.people.byIds(manager, personIdsOf(told));
    return told.map((row) => ({
      at: row.at.getTime(),
      kind: row.kind,
      type: row.type,
      data: row.data,
      sentence: timelineSentence(row, (id) => people.get(id)?.name),
    }));
  }
}
