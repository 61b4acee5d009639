import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type LeadInterest, matchesInterest } from '../../domain/lead/interest.js';
import { insertRows } from '../database/insert-rows.js';
import { uuidV7 } from '../database/uuid-v7.js';
import { ScoringService } from '../scoring/scoring.service.js';
import { OutboxService } from '../temporal/outbox.service.js';
import { leadClock } from './lead-clock.js';
import { LeadEntity } from './lead.entity.js';
import type { CreateLead, PatchLead } from './leads.schema.js';
import { ProfileChangeEntity } from './profile-change.entity.js';

const PLAIN_FIELDS = ['name', 'company', 'title', 'phone', 'country', 'timeZone', 'language'] as const;

type PlainField = (typeof PLAIN_FIELDS)[number];
type Changed = Pick<LeadEntity, PlainField | 'profile' | 'tags'>;

export interface ProfileChange {
  /** Dotted names of what differs, e.g. `company`, `profile.employees`. */
  readonly fields: readonly string[];
  readonly next: Partial<Changed>;
}

/** Changes what is known of a lead: each change is a fact with its own `seq`. */
@Injectable()
export class LeadChangesService {
  constructor(
    private readonly scoring: ScoringService,
    private readonly outbox: OutboxService,
  ) {}

  /** The lead's row under its lock: every fact takes it, so that `seq` follows the commits. */
  async lock(manager: EntityManager, id: string): Promise<LeadEntity | undefined> {
    return (await manager.findOne(LeadEntity, { where: { id }, lock: { mode: 'pessimistic_write' } })) ?? undefined;
  }

  /** What the patch changes; members of the profile are merged, null takes one out. */
  patched(lead: LeadEntity, patch: PatchLead): ProfileChange {
    const next: Partial<Changed> = {};
    for (const field of PLAIN_FIELDS) if (patch[field] !== undefined) next[field] = patch[field];
    if (patch.tags !== undefined) next.tags = patch.tags;
    if (patch.profile !== undefined) {
      const merged = { ...lead.profile, ...patch.profile };
      next.profile = Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null));
    }
    return differing(lead, next);
  }

  /** What a repeated intake knows and the lead does not yet. */
  filled(lead: LeadEntity, input: CreateLead): ProfileChange {
    const next: Partial<Changed> = {};
    for (const field of PLAIN_FIELDS) {
      if (lead[field] === null && input[field] !== undefined) next[field] = input[field];
    }
    if (input.profile !== undefined) next.profile = { ...input.profile, ...lead.profile };
    return differing(lead, next);
  }

  /**
   * Stores the change under the lead's lock, grades it anew and wakes its process when it can matter there; nothing is
   * written when nothing differs.
   */
  async store(
    manager: EntityManager,
    lead: LeadEntity,
    change: ProfileChange,
    by: { readonly personId: string | null; readonly wallNow: Date },
  ): Promise<void> {
    if (change.fields.length === 0) return;
    const score = await this.record(manager, lead, change, { ...by, at: leadClock(lead, by.wallNow) });
    const interest = lead.interest as unknown as LeadInterest | null;
    const told = { kinds: [], handRaised: false, scoreBefore: score, scoreAfter: score, profileChanged: true };
    // Without an interest its process has not looked yet; a poke is never wrong.
    if (interest === null || matchesInterest(interest, told)) {
      await this.outbox.add(manager, 'poke', lead.id, lead.lastSeq, by.wallNow);
    }
  }

  /** Stores the change and grades the lead anew, without waking its process; `lead` changes along. Answers the score. */
  async record(
    manager: EntityManager,
    lead: LeadEntity,
    { fields, next }: ProfileChange,
    by: { readonly personId: string | null; readonly at: Date; readonly wallNow: Date },
  ): Promise<number> {
    const seq = lead.lastSeq + 1;
    const changes = Object.fromEntries(
      fields.map((field) => [field, { from: valueOf(lead, field), to: valueOf({ ...lead, ...next }, field) }]),
    );
    await insertRows(manager, ProfileChangeEntity, [
      { id: uuidV7(), leadId: lead.id, seq, at: by.at, changes, byPersonId: by.personId },
    ]);
    await manager.update(LeadEntity, { id: lead.id }, { ...next, lastSeq: seq, updatedAt: by.wallNow } as never);
    const { score, grade } = await this.scoring.rescore(manager, lead.id, by.at);
    Object.assign(lead, next, { lastSeq: seq, score, grade });
    return score;
  }
}

function differing(lead: LeadEntity, next: Partial<Changed>): ProfileChange {
  const after = { ...lead, ...next };
  const names = new Set([...Object.keys(lead.profile), ...Object.keys(after.profile)]);
  const all = [...PLAIN_FIELDS, 'tags', ...[...names].map((name) => `profile.${name}`)];
  const fields = all.filter((field) => !isDeepStrictEqual(valueOf(lead, field), valueOf(after, field)));
  return { fields, next: fields.length === 0 ? {} : next };
}

function valueOf(lead: Changed, field: string): unknown {
  if (field.startsWith('profile.')) return lead.profile[field.slice('profile.'.length)] ?? null;
  return field === 'tags' ? lead.tags : lead[field as PlainField];
}
