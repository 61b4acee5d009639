import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import {
  BREAKER_WINDOW_MS,
  isBelowBreaker,
  mostTouches,
  opensBreaker,
  providerOf,
  releasedInstant,
} from '../../domain/contactability/judge-breaker.js';
import { uuidV7 } from '../database/uuid-v7.js';
import { BREAKER_SCOPES, type BreakerScope } from './breaker.entity.js';
import { BreakersReadModel } from './breakers.read-model.js';

/** Why the ledger says a touch is held by a breaker. */
export const BREAKER_REASONS: Readonly<Record<BreakerScope, string>> = {
  cadence: 'breaker_cadence',
  provider: 'breaker_provider',
};
/** Why it says that one waits whose breaker was released. */
export const RELEASED_REASON = 'breaker_released';

/** A touch that would go now. */
export interface BrakedTouch {
  readonly id: string;
  readonly leadId: string;
  readonly cadence: string;
  readonly address: string;
  /** What the ledger said until now. */
  readonly reason: string | null;
  /** Epoch milliseconds, by the real clock. */
  readonly at: number;
}

export type Brake =
  | { readonly state: 'held'; readonly reason: string; readonly opened: boolean }
  | { readonly state: 'planned'; readonly reason: string; readonly until: number };

/** Asks, at a claim, whether a breaker holds the touch, and opens one that is due (`docs/adr/0016-breakers.md`). */
@Injectable()
export class TouchBreakersService {
  constructor(private readonly reads: BreakersReadModel) {}

  /** Whether a breaker holds what goes to the provider of this address: for mails that are no touches. */
  async isProviderOpen(manager: EntityManager, address: string): Promise<boolean> {
    return (await this.reads.standing(manager, { cadence: '', provider: providerOf(address) })).provider.open;
  }

  /** Undefined when nothing holds it back. `opened` once for each breaker: whoever opened it tells of it. */
  async judge(manager: EntityManager, touch: BrakedTouch): Promise<Brake | undefined> {
    const keys = { cadence: touch.cadence, provider: providerOf(touch.address) };
    const standing = await this.reads.standing(manager, keys);
    const open = BREAKER_SCOPES.find((scope) => standing[scope].open);
    if (open !== undefined) return { state: 'held', reason: BREAKER_REASONS[open], opened: false };
    const sinceOf = (scope: BreakerScope): number =>
      Math.max(touch.at - BREAKER_WINDOW_MS, standing[scope].lastRelease?.at ?? 0);
    const since = { cadence: sinceOf('cadence'), provider: sinceOf('provider') };
    const failures = await this.reads.failures(manager, keys, since);
    for (const scope of BREAKER_SCOPES) {
      if (isBelowBreaker(failures[scope])) continue;
      const most = mostTouches(failures[scope]);
      const touches = await this.reads.touches(manager, scope, { key: keys[scope], since: since[scope], most });
      const counts = { touches, failures: failures[scope] };
      if (!opensBreaker(counts)) continue;
      const breaker = { id: uuidV7(), scope, key: keys[scope], at: touch.at, counts, touchId: touch.id };
      return { state: 'held', reason: BREAKER_REASONS[scope], opened: await this.reads.open(manager, breaker) };
    }
    if (touch.reason !== RELEASED_REASON) return undefined;
    const instants = BREAKER_SCOPES.flatMap((scope) => {
      const { lastRelease } = standing[scope];
      return lastRelease === undefined ? [] : releasedInstant(touch.leadId, lastRelease);
    });
    const until = Math.max(0, ...instants);
    return until > touch.at ? { state: 'planned', reason: RELEASED_REASON, until } : undefined;
  }
}
