import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { normaliseEmail } from '../common/normalise-email.js';
import { conflict, unprocessable } from '../common/problem.js';
import type { IdentityKind } from './lead-identity.entity.js';

export interface Identity {
  readonly kind: IdentityKind;
  readonly value: string;
}

/** Who a lead is: its normalised address and the ids other systems know it by. The same identity is the same lead. */
@Injectable()
export class LeadIdentitiesService {
  /** The address comes first. Throws 422 for an address that is none. */
  read(input: { readonly email: string; readonly externalIds?: readonly string[] }): [Identity, ...Identity[]] {
    const email = normaliseEmail(input.email);
    if (!email.ok) throw unprocessable([{ path: 'email', code: 'invalid_email', message: email.why }]);
    const external = [...new Set(input.externalIds)].map((value) => ({ kind: 'external' as const, value }));
    return [{ kind: 'email', value: email.address }, ...external];
  }

  /**
   * The lead that has one of the identities. Until the caller's transaction ends nobody else finds or makes a lead with
   * any of them. Throws 409 when they belong to several leads.
   */
  async claim(manager: EntityManager, identities: readonly Identity[]): Promise<string | undefined> {
    const owners = await this.claimAll(manager, identities);
    const leads = [...new Set(owners.values())].sort();
    if (leads.length > 1) {
      throw conflict('The address and the external ids belong to different leads.', { leads });
    }
    return leads[0];
  }

  /** The same for identities of several leads: who has which, by `identityKey`. */
  async claimAll(manager: EntityManager, identities: readonly Identity[]): Promise<Map<string, string>> {
    const locks = [...new Set(identities.map(lockOf))].sort((a, b) => (a < b ? -1 : 1));
    // One after the other: two requests that share identities take them in the same order.
    await manager.query('select pg_advisory_xact_lock(lock) from unnest($1::bigint[]) as lock', [locks.map(String)]);
    return this.owners(manager, identities);
  }

  /** Who has which of the identities now, by `identityKey`. */
  async owners(manager: EntityManager, identities: readonly Identity[]): Promise<Map<string, string>> {
    const rows: (Identity & { lead_id: string })[] = await manager.query(
      `select kind, value, lead_id from lead_identities
        where (kind, value) in (select * from unnest($1::text[], $2::text[]))`,
      [identities.map(({ kind }) => kind), identities.map(({ value }) => value)],
    );
    return new Map(rows.map((row) => [identityKey(row), row.lead_id]));
  }

  /** Adds what the lead is not known by yet; call it after `claim`. */
  async add(manager: EntityManager, leadId: string, identities: readonly Identity[]): Promise<void> {
    await this.addAll(
      manager,
      identities.map((identity) => ({ ...identity, leadId })),
    );
  }

  /** The same for several leads. */
  async addAll(manager: EntityManager, identities: readonly (Identity & { leadId: string })[]): Promise<void> {
    await manager.query(
      `insert into lead_identities (kind, value, lead_id)
       select * from unnest($1::text[], $2::text[], $3::uuid[])
       on conflict (kind, value) do nothing`,
      [
        identities.map(({ kind }) => kind),
        identities.map(({ value }) => value),
        identities.map(({ leadId }) => leadId),
      ],
    );
  }
}

/** One text for each identity. */
export const identityKey = ({ kind, value }: Identity): string => `${kind}/${value}`;

/** A number of its own for each identity, for the database's advisory locks. */
const lockOf = ({ kind, value }: Identity): bigint =>
  createHash('sha256').update(`lead-identity/${kind}/${value}`).digest().readBigInt64BE(0);
