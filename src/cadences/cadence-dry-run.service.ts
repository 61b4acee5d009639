import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { LANDING_CHANGES } from '../../domain/lead/classify-landing.js';
import { decodeCursor, pageOf } from '../common/pagination.js';
import { CadenceLeadsReadModel, type LeadInside } from './cadence-leads.read-model.js';
import type { DryRun, DryRunAnswer, LandingAnswer } from './cadence-migrations.schema.js';
import { type ForeseenLanding, ForeseeLandingService } from '../leads/foresee-landing.service.js';
import { type VersionChange, VersionChangeService } from './version-change.service.js';

interface Foreseen {
  readonly inside: LeadInside;
  readonly landing: ForeseenLanding;
}

/** What matters most stands first. */
const ORDER: readonly LandingAnswer['change'][] = ['no_place', 'unknown', ...[...LANDING_CHANGES].reverse()];

/** Tells what a change of version would do to everybody inside. Reads only. */
@Injectable()
export class CadenceDryRunService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly leads: CadenceLeadsReadModel,
    private readonly changes: VersionChangeService,
    private readonly foreseeing: ForeseeLandingService,
  ) {}

  /** The first page looks at every lead for the summary, the pages after it at their own. 404 and 422 as for a migration. */
  async dryRun(
    key: string,
    { toVersion, fromVersion, mapping, only, limit, cursor }: DryRun,
    now: Date,
  ): Promise<DryRunAnswer> {
    const { manager } = this.dataSource;
    const to = await this.changes.edition(manager, key, toVersion, 'toVersion');
    if (fromVersion !== undefined) await this.changes.edition(manager, key, fromVersion, 'fromVersion');
    const after = decodeCursor(cursor, z.tuple([z.uuid()]))?.[0];
    const inside = await this.leads.inside(manager, key, { toVersionId: to.id, fromVersion });
    const changes = await this.changes.changes(
      manager,
      inside.map((one) => one.versionId),
      to,
      mapping,
    );
    this.changes.refuseMapping(changes, to, mapping);
    const isListed = ({ landing }: Foreseen): boolean => only?.includes(landing.change) ?? true;
    const foreseen: Foreseen[] = [];
    for (const one of inside) {
      const change = changes.get(one.versionId);
      if (!change || (after !== undefined && one.leadId <= after)) continue;
      foreseen.push({ inside: one, landing: await this.foreseeing.foresee(manager, one, change, now) });
      // A page after the first needs no more than itself.
      if (after !== undefined && foreseen.filter(isListed).length > limit) break;
    }
    const page = pageOf(
      foreseen.filter(isListed).slice(0, limit + 1),
      limit,
      (one) => [one.inside.leadId],
      presentLanding,
    );
    return {
      checkedAt: now.toISOString(),
      toVersion,
      inside: inside.length,
      summary: after === undefined ? summaryOf(foreseen) : null,
      unmapped: unmappedOf(changes, inside),
      items: [...page.items],
      nextCursor: page.nextCursor,
    };
  }
}

function presentLanding({ inside, landing }: Foreseen): LandingAnswer {
  const standing = (one: ForeseenLanding['now']) => ({
    step: one.step,
    dueAt: one.dueAt === undefined ? null : new Date(one.dueAt).toISOString(),
    words: one.words,
  });
  return {
    lead: { id: inside.leadId, name: inside.name, company: inside.company },
    version: inside.version,
    now: standing(landing.now),
    lands: landing.lands ? standing(landing.lands) : null,
    held: landing.held ?? null,
    change: landing.change,
    why: landing.why ?? null,
  };
}

function summaryOf(foreseen: readonly Foreseen[]): NonNullable<DryRunAnswer['summary']> {
  const rows = new Map<string, NonNullable<DryRunAnswer['summary']>[number]>();
  for (const { inside, landing } of foreseen) {
    const { now, lands, change } = landing;
    const row = {
      version: inside.version,
      ...{ step: now.step, landsAt: lands?.step ?? null, change, words: lands?.words ?? null },
    };
    const name = JSON.stringify([row.version, row.step, row.landsAt, change]);
    rows.set(name, { ...row, leads: (rows.get(name)?.leads ?? 0) + 1 });
  }
  return [...rows.values()].sort(
    (a, b) => ORDER.indexOf(a.change) - ORDER.indexOf(b.change) || b.leads - a.leads || (a.step < b.step ? -1 : 1),
  );
}

/** Steps without a place, with the leads that stand there now. */
export function unmappedOf(
  changes: ReadonlyMap<string, VersionChange>,
  inside: readonly LeadInside[],
): DryRunAnswer['unmapped'] {
  return [...changes.values()].flatMap(({ from, problems }) =>
    problems
      .filter(({ code }) => code === 'unmapped')
      .map(({ step }) => ({
        version: from.version,
        step,
        leads: inside.filter((one) => one.versionId === from.id && one.step === step).length,
      })),
  );
}
