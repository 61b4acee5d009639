import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import type { NoEntryReason } from '../../domain/lead/foresee-entry.js';
import { minutesAt } from '../../domain/lead/pace-asks.js';
import { decodeCursor, pageOf } from '../common/pagination.js';
import { type ForeseenEntry, ForeseeEntryService } from '../leads/foresee-entry.service.js';
import { TakeInLeadsReadModel } from './take-in-leads.read-model.js';
import { TakeInOrdersService } from './take-in-orders.service.js';
import type { ForeseenEntryAnswer, TakeIn, TakeInPreview } from './take-in.schema.js';

const PAGE = 500;

interface Count {
  entering: number;
  superseding: number;
  readonly others: Map<NoEntryReason, number>;
}

/** Tells whom a cadence would take in now. Reads only, page by page. */
@Injectable()
export class TakeInPreviewService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly orders: TakeInOrdersService,
    private readonly leads: TakeInLeadsReadModel,
    private readonly foreseeing: ForeseeEntryService,
  ) {}

  /** The first page looks at every lead in nurture for the summary, the pages after it at their own. 404, 409 and 422 as for the job. */
  async preview(key: string, { list, limit, cursor, rate }: TakeIn, now: Date): Promise<TakeInPreview> {
    const { manager } = this.dataSource;
    const { version, body } = await this.orders.cadence(manager, key);
    const after = decodeCursor(cursor, z.tuple([z.uuid()]))?.[0];
    const count: Count = { entering: 0, superseding: 0, others: new Map() };
    const listed: ForeseenEntry[] = [];
    const isEnough = (): boolean => after !== undefined && listed.length > limit;
    for (let at = after, more = true; more && !isEnough(); ) {
      const ids = await this.leads.inNurture(manager, at, PAGE);
      for (const id of ids) {
        if (isEnough()) break;
        const foreseen = await this.foreseeing.foresee(manager, id, body, now);
        if (!foreseen) continue;
        add(count, foreseen);
        if ((list === 'entering') === (foreseen.not === undefined) && listed.length <= limit) listed.push(foreseen);
      }
      at = ids.at(-1);
      more = ids.length === PAGE;
    }
    const { items, nextCursor } = pageOf(listed, limit, ({ leadId }) => [leadId], presentEntry);
    const summary = after === undefined ? await this.summary(count, rate) : null;
    return { checkedAt: now.toISOString(), cadence: key, version, summary, items: [...items], nextCursor };
  }

  private async summary(
    { entering, superseding, others }: Count,
    rate: TakeIn['rate'],
  ): Promise<NonNullable<TakeInPreview['summary']>> {
    const { notInNurture } = await this.leads.counts(this.dataSource.manager);
    const elsewhere = (others.get('not_in_nurture') ?? 0) + notInNurture;
    if (elsewhere > 0) others.set('not_in_nurture', elsewhere);
    const rows = [...others].map(([why, leads]) => ({ why, leads }));
    return {
      leads: rows.reduce((sum, { leads }) => sum + leads, entering),
      ...{ entering, superseding },
      others: rows.sort((a, b) => b.leads - a.leads || (a.why < b.why ? -1 : 1)),
      minutes: minutesAt(rate, entering),
    };
  }
}

function add(count: Count, { not, inside }: ForeseenEntry): void {
  if (not) count.others.set(not.why, (count.others.get(not.why) ?? 0) + 1);
  else {
    count.entering += 1;
    if (inside !== undefined) count.superseding += 1;
  }
}

function presentEntry({ leadId, name, company, inside, not }: ForeseenEntry): ForeseenEntryAnswer {
  return {
    lead: { id: leadId, name, company },
    inside: inside ?? null,
    enters: not === undefined,
    why: not?.why ?? null,
    from: not?.from === undefined ? null : new Date(not.from).toISOString(),
  };
}
