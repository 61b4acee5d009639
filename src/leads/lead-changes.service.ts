import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { insertRows } from '../database/insert-rows.js';
import { uuidV7 } from '../database/uuid-v7.js';
import { leadClock } from './lead-clock.js';
import { LeadEntity } from './lead.entity.js';
import type { CreateLead, PatchLead } from './leads.schema.js';
import { ProfileChangeEntity } from './profile-change.entity.js';
import { ProfileFactsService } from './profile-facts.service.js';

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
  constructor(private readonly facts: ProfileFactsService) {}

  /** The lead's row under its lock. */
  lock(manager: EntityManager, id: string): Promise<LeadEntity | undefined> {
    return this.facts.lock(manager, id);
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

  /** What an intake says otherwise than the lead, whose own word stays. */
  kept(lead: LeadEntity, input: CreateLead): string[] {
    const differs = PLAIN_FIELDS.filter(
      (field) => lead[field] !== null && input[field] !== undefined && input[field] !== lead[field],
    );
    const profile = Object.entries(input.profile ?? {})
      .filter(([name, value]) => Object.hasOwn(lead.profile, name) && !isDeepStrictEqual(lead.profile[name], value))
      .map(([name]) => `profile.${name}`);
    const tags = (input.tags ?? []).some((tag) => !lead.tags.includes(tag)) ? ['tags'] : [];
    return [...differs, ...tags, ...profile];
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
    await this.record(manager, lead, change, { ...by, at: leadClock(lead, by.wallNow) });
    await this.facts.wake(manager, lead, by.wallNow);
  }

  /** Stores the change and grades the lead anew, without waking its process; `lead` changes along. */
  async record(
    manager: EntityManager,
    lead: LeadEntity,
    { fields, next }: ProfileChange,
    by: { readonly personId: string | null; readonly at: Date; readonly wallNow: Date },
  ): Promise<void> {
    const seq = lead.lastSeq + 1;
    const changes = Object.fromEntries(
      fields.map((field) => [field, { from: valueOf(lead, field), to: valueOf({ ...lead, ...next }, field) }]),
    );
    await insertRows(manager, ProfileChangeEntity, [
      { id: uuidV7(), leadId: lead.id, seq, at: by.at, changes, byPersonId: by.personId },
    ]);
    await manager.update(LeadEntity, { id: lead.id }, { ...next } as never);
    Object.assign(lead, next);
    await this.facts.count(manager, lead, by);
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
