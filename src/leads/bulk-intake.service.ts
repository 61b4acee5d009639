import { Injectable } from '@nestjs/common';
import { type EntityManager, In } from 'typeorm';
import { type AuditRecord, AuditService } from '../common/audit/audit.service.js';
import { findUnstorableText } from '../common/check-json.js';
import { toFieldErrors } from '../common/field-errors.js';
import type { FieldError } from '../common/problem.js';
import { leadClock } from './lead-clock.js';
import { LeadChangesService } from './lead-changes.service.js';
import { type Identity, identityKey, LeadIdentitiesService } from './lead-identities.service.js';
import { consentProblems, LeadIntakeService } from './lead-intake.service.js';
import { LeadEntity } from './lead.entity.js';
import { type CreateLead, createLeadSchema } from './leads.schema.js';

/** One lead of many on its way in, checked as `POST /v1/leads` checks its body. */
export interface BulkLead {
  readonly input: CreateLead;
  /** The address first. */
  readonly identities: readonly [Identity, ...Identity[]];
}

/** What became of it; `filled` and `kept` are names of fields. */
export type BulkResult =
  | { readonly result: 'created'; readonly leadId: string | null }
  | {
      readonly result: 'known' | 'changed';
      readonly leadId: string;
      /** What the lead did not have. */
      readonly filled: readonly string[];
      /** What the lead has otherwise: its own word stays. */
      readonly kept: readonly string[];
    }
  | { readonly result: 'refused'; readonly problem: FieldError };

export interface BulkContext {
  /** Who sends them; null for Baton itself. */
  readonly personId: string | null;
  readonly wallNow: Date;
  /** Looks, but writes nothing; a created lead has no id then. */
  readonly dryRun: boolean;
  /** What brought them, for the audit: ids and codes only. */
  readonly auditData: Readonly<Record<string, unknown>>;
}

/** A lead that had one of the identities is gone: the same transaction again finds it out. */
class ErasedMeanwhile extends Error {
  readonly code = '40001';
}

/** The intake of `POST /v1/leads` for many leads in one transaction, with statements for all of them together. */
@Injectable()
export class BulkIntakeService {
  constructor(
    private readonly identities: LeadIdentitiesService,
    private readonly intake: LeadIntakeService,
    private readonly changes: LeadChangesService,
    private readonly audit: AuditService,
  ) {}

  /** Checks a body of `POST /v1/leads`. No message of an error repeats a value. */
  read(candidate: unknown): { ok: true; lead: BulkLead } | { ok: false; errors: FieldError[] } {
    const unstorable = findUnstorableText(candidate);
    if (unstorable.length > 0) return { ok: false, errors: unstorable };
    const parsed = createLeadSchema.safeParse(candidate);
    if (!parsed.success) return { ok: false, errors: toFieldErrors(parsed.error.issues) };
    return { ok: true, lead: { input: parsed.data, identities: this.identities.read(parsed.data) } };
  }

  /** Whether there is a campaign of that key. */
  async knowsCampaign(manager: EntityManager, key: string): Promise<boolean> {
    return (await this.intake.knownCampaigns(manager, [key])).has(key);
  }

  /**
   * Takes the leads in, in the caller's transaction; no two of them share an identity. Results in their order. Throws
   * with SQLSTATE 40001 when the transaction has to be run again. Writes the audit: call it late.
   */
  async take(manager: EntityManager, leads: readonly BulkLead[], context: BulkContext): Promise<BulkResult[]> {
    const all = leads.flatMap(({ identities }) => identities);
    const owners = context.dryRun
      ? await this.identities.owners(manager, all)
      : await this.identities.claimAll(manager, all);
    const judged = await this.judge(manager, leads, owners, context.wallNow);
    const knownIds = judged.flatMap((one) => (one.do === 'fill' ? one.leadId : []));
    const known = await this.load(manager, [...new Set(knownIds)], context);
    const results = new Map<BulkLead, BulkResult>();
    const audited: AuditRecord[] = [];
    for (const one of judged) {
      if (one.do === 'refuse') results.set(one.lead, { result: 'refused', problem: one.problem });
      if (one.do !== 'fill') continue;
      const result = await this.fill(manager, known.get(one.leadId), { lead: one.lead, owners, context });
      results.set(one.lead, result);
      const fields = result.filled.filter((name) => name !== 'handRaise');
      if (fields.length > 0) audited.push(entryOf('lead.change', one.leadId, context, { fields }));
    }
    const births = judged.flatMap((one) => (one.do === 'bear' ? one.lead : []));
    const ids = context.dryRun ? [] : await this.bear(manager, births, context);
    births.forEach((lead, index) => results.set(lead, { result: 'created', leadId: ids[index] ?? null }));
    audited.push(...ids.map((id) => entryOf('lead.create', id, context, {})));
    if (!context.dryRun) await this.audit.recordMany(manager, audited, context.wallNow);
    return leads.flatMap((lead) => results.get(lead) ?? []);
  }

  private async judge(
    manager: EntityManager,
    leads: readonly BulkLead[],
    owners: ReadonlyMap<string, string>,
    wallNow: Date,
  ): Promise<Judged[]> {
    const campaigns = await this.intake.knownCampaigns(
      manager,
      leads.flatMap(({ input }) => input.campaign ?? []),
    );
    const kinds = new Map<string, boolean>();
    for (const { input } of leads) {
      const kind = input.handRaise?.kind;
      if (kind !== undefined && !kinds.has(kind)) kinds.set(kind, await this.intake.knowsHandRaise(manager, kind));
    }
    return leads.map((lead) => {
      const { input, identities } = lead;
      const ids = new Set(identities.flatMap((identity) => owners.get(identityKey(identity)) ?? []));
      const [problem] = consentProblems(input.consent, wallNow.getTime());
      if (problem !== undefined) return { do: 'refuse', lead, problem };
      if (ids.size > 1) return { do: 'refuse', lead, problem: OF_SEVERAL };
      if (input.campaign !== undefined && !campaigns.has(input.campaign)) {
        return { do: 'refuse', lead, problem: NO_CAMPAIGN };
      }
      if (kinds.get(input.handRaise?.kind ?? '') === false) return { do: 'refuse', lead, problem: NO_HAND_RAISE };
      const [leadId] = ids;
      return leadId === undefined ? { do: 'bear', lead } : { do: 'fill', lead, leadId };
    });
  }

  /** Under their row locks, taken in order of the ids as ingest takes them. */
  private async load(
    manager: EntityManager,
    ids: readonly string[],
    { dryRun }: BulkContext,
  ): Promise<Map<string, LeadEntity>> {
    if (ids.length === 0) return new Map();
    const rows = await manager.find(LeadEntity, {
      where: { id: In(ids) },
      order: { id: 'ASC' },
      ...(dryRun ? {} : { lock: { mode: 'pessimistic_write' } }),
    });
    return new Map(rows.filter(({ state }) => state !== 'erased').map((row) => [row.id, row]));
  }

  private async fill(
    manager: EntityManager,
    row: LeadEntity | undefined,
    { lead, owners, context }: { lead: BulkLead; owners: ReadonlyMap<string, string>; context: BulkContext },
  ): Promise<Extract<BulkResult, { filled: unknown }>> {
    if (row === undefined) throw new ErasedMeanwhile();
    const { input } = lead;
    const { dryRun, wallNow, personId } = context;
    const change = this.changes.filled(row, input);
    const added = lead.identities.filter((identity) => !owners.has(identityKey(identity)));
    const raises = input.handRaise !== undefined && !(await this.intake.hasRaised(manager, row.id, input));
    const kept = this.changes.kept(row, input);
    if (!dryRun) {
      if (added.length > 0) await this.identities.add(manager, row.id, added);
      await this.changes.store(manager, row, change, { personId, wallNow });
      const now = leadClock(row, wallNow);
      if (raises) await this.intake.raiseHand(manager, { id: row.id, now }, input, wallNow);
    }
    const names = added.map(({ kind }) => (kind === 'email' ? 'email' : 'externalId'));
    const filled = [...names, ...change.fields, ...(raises ? ['handRaise'] : [])];
    return { result: filled.length === 0 ? 'known' : 'changed', leadId: row.id, filled, kept };
  }

  private async bear(manager: EntityManager, births: readonly BulkLead[], { wallNow }: BulkContext): Promise<string[]> {
    if (births.length === 0) return [];
    const ids = await this.intake.insertMany(
      manager,
      births.map(({ input, identities }) => ({ input, email: identities[0].value, now: wallNow, clockOffsetMs: 0 })),
    );
    const idOf = (index: number): string => ids[index] ?? '';
    await this.identities.addAll(
      manager,
      births.flatMap(({ identities }, index) => identities.map((one) => ({ ...one, leadId: idOf(index) }))),
    );
    const raising = births.map(({ input }, index) => ({ id: idOf(index), now: wallNow, input }));
    await this.intake.raiseHands(manager, raising, wallNow);
    const laneOf = (index: number) => (births[index]?.input.handRaise === undefined ? 'bulk' : 'new');
    for (const lane of ['new', 'bulk'] as const) {
      const its = ids.filter((_id, index) => laneOf(index) === lane);
      await this.intake.announceMany(manager, lane, its, wallNow);
    }
    return ids;
  }
}

type Judged =
  | { readonly do: 'bear'; readonly lead: BulkLead }
  | { readonly do: 'fill'; readonly lead: BulkLead; readonly leadId: string }
  | { readonly do: 'refuse'; readonly lead: BulkLead; readonly problem: FieldError };

const OF_SEVERAL: FieldError = {
  path: 'externalIds',
  code: 'different_leads',
  message: 'The address and the external id belong to different leads',
};
const NO_CAMPAIGN: FieldError = { path: 'campaign', code: 'unknown_campaign', message: 'There is no such campaign' };
const NO_HAND_RAISE: FieldError = {
  path: 'handRaise.kind',
  code: 'unknown_hand_raise',
  message: 'The score model knows no hand-raise of this kind',
};

function entryOf(action: string, leadId: string, context: BulkContext, data: object): AuditRecord {
  const all = { ...context.auditData, ...data };
  return { actorId: context.personId, action, subjectKind: 'lead', subjectId: leadId, data: all };
}
