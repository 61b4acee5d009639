import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { CountedEngagement, CountedHandRaise } from '../../domain/condition/condition-facts.js';
import type { EngagementClass } from './engagement.entity.js';

/** What conditions look at: `engagements` and `handRaises` of `ConditionFacts`. */
export interface CountedFacts {
  /** By `at`, then `seq`; machine class is left out. */
  readonly engagements: CountedEngagement[];
  readonly handRaises: CountedHandRaise[];
}

/** A fact as the process pulls it. */
export interface PulledEngagement {
  readonly seq: number;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly kind: string;
  readonly handRaise: boolean;
  readonly class: EngagementClass;
}

/** An engagement for the timeline and the packet's story. */
export interface EngagementView {
  readonly id: string;
  readonly seq: number;
  readonly source: string;
  readonly kind: string;
  readonly class: EngagementClass;
  readonly handRaise: boolean;
  readonly purpose: string | null;
  readonly at: Date;
  readonly occurredAt: Date;
  readonly receivedAt: Date;
  readonly properties: Record<string, unknown>;
}

interface CountedRow {
  readonly seq: number;
  readonly kind: string;
  readonly at: Date;
  readonly properties: Record<string, unknown>;
  readonly hand_raise: boolean;
}

@Injectable()
export class EngagementsReadModel {
  async countedFacts(manager: EntityManager, leadId: string): Promise<CountedFacts> {
    const rows: CountedRow[] = await manager.query(
      `select seq, kind, at, properties, hand_raise from engagements
       where lead_id = $1 and class <> 'machine' order by at, seq`,
      [leadId],
    );
    const engagements = rows.map(({ seq, kind, at, properties }) => ({ seq, kind, at: at.getTime(), properties }));
    const handRaises = rows
      .filter((row) => row.hand_raise)
      .map(({ seq, kind, at }) => ({ seq, kind, at: at.getTime() }));
    return { engagements, handRaises };
  }

  /** Every engagement after the cursor, in `seq` order; the caller says which of them are relevant. */
  async after(manager: EntityManager, leadId: string, cursor: number): Promise<PulledEngagement[]> {
    const rows: { seq: number; at: Date; kind: string; hand_raise: boolean; class: EngagementClass }[] =
      await manager.query(
        `select seq, at, kind, hand_raise, class from engagements where lead_id = $1 and seq > $2 order by seq`,
        [leadId, cursor],
      );
    return rows.map((row) => ({
      seq: row.seq,
      at: row.at.getTime(),
      kind: row.kind,
      handRaise: row.hand_raise,
      class: row.class,
    }));
  }

  /** All of a lead, oldest first, at most `limit`; with `before`, those that lie before that instant and seq. */
  async list(
    manager: EntityManager,
    leadId: string,
    { limit, before }: { limit: number; before?: { at: Date; seq: number } },
  ): Promise<EngagementView[]> {
    const rows: (Omit<EngagementView, 'handRaise' | 'occurredAt' | 'receivedAt'> & {
      hand_raise: boolean;
      occurred_at: Date;
      received_at: Date;
    })[] = await manager.query(
      `select id, seq, source, kind, class, hand_raise, purpose, at, occurred_at, received_at, properties
       from engagements
       where lead_id = $1 and ($3::timestamptz is null or (at, seq) < ($3, $4::integer))
       order by at desc, seq desc limit $2`,
      [leadId, limit, before?.at ?? null, before?.seq ?? null],
    );
    return rows.reverse().map(({ hand_raise, occurred_at, received_at, ...row }) => ({
      ...row,
      handRaise: hand_raise,
      occurredAt: occurred_at,
      receivedAt: received_at,
    }));
  }
}
