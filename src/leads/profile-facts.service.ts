import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { InsightKind } from '../../domain/lead/insight-kinds.js';
import { type LeadInterest, matchesInterest } from '../../domain/lead/interest.js';
import { insertRows } from '../database/insert-rows.js';
import { uuidV7 } from '../database/uuid-v7.js';
import { ScoringService } from '../scoring/scoring.service.js';
import { OutboxService } from '../temporal/outbox.service.js';
import { InsightEntity } from './insight.entity.js';
import { leadClock } from './lead-clock.js';
import { LeadEntity } from './lead.entity.js';

export interface NewInsight {
  /** Absent: a new one. */
  readonly id?: string;
  readonly kind: InsightKind;
  readonly text: string;
}

/** What becomes known of a person is a fact like any other: it has a `seq` and wakes the process where it can matter. */
@Injectable()
export class ProfileFactsService {
  constructor(
    private readonly scoring: ScoringService,
    private readonly outbox: OutboxService,
  ) {}

  /** The lead's row under its lock: every fact takes it, so that `seq` follows the commits. */
  async lock(manager: EntityManager, id: string): Promise<LeadEntity | undefined> {
    return (await manager.findOne(LeadEntity, { where: { id }, lock: { mode: 'pessimistic_write' } })) ?? undefined;
  }

  /** Gives what the caller writes about the locked lead the next `seq`s and grades the lead anew; `lead` changes along. */
  async count(
    manager: EntityManager,
    lead: LeadEntity,
    { at, wallNow, facts = 1 }: { readonly at: Date; readonly wallNow: Date; readonly facts?: number },
  ): Promise<void> {
    const lastSeq = lead.lastSeq + facts;
    await manager.update(LeadEntity, { id: lead.id }, { lastSeq, updatedAt: wallNow });
    const { score, grade } = await this.scoring.rescore(manager, lead.id, at);
    Object.assign(lead, { lastSeq, score, grade });
  }

  /** Wakes the process where a change of what is known of the person can matter to it. */
  async wake(manager: EntityManager, { id, lastSeq, score, interest }: LeadEntity, wallNow: Date): Promise<void> {
    const change = { kinds: [], handRaised: false, scoreBefore: score, scoreAfter: score, profileChanged: true };
    // Without an interest its process has not looked yet; a poke is never wrong.
    if (interest !== null && !matchesInterest(interest as unknown as LeadInterest, change)) return;
    await this.outbox.add(manager, 'poke', id, lastSeq, wallNow);
  }

  /** What a person learned about the lead, each a fact of its own; nothing happens without a word or a lead. */
  async addInsights(
    manager: EntityManager,
    leadId: string,
    insights: readonly NewInsight[],
    by: { readonly personId: string; readonly wallNow: Date },
  ): Promise<void> {
    const lead = insights.length === 0 ? undefined : await this.lock(manager, leadId);
    if (lead === undefined) return;
    const at = leadClock(lead, by.wallNow);
    const rows = insights.map(({ id = uuidV7(), kind, text }, index) => ({
      ...{ id, leadId, kind, text, at },
      ...{ seq: lead.lastSeq + 1 + index, byPersonId: by.personId },
    }));
    await insertRows(manager, InsightEntity, rows);
    await this.count(manager, lead, { at, wallNow: by.wallNow, facts: rows.length });
    await this.wake(manager, lead, by.wallNow);
  }
}
