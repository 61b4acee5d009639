import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, IsNull } from 'typeorm';
import { insertRows } from '../../database/insert-rows.js';
import { uuidV7 } from '../../database/uuid-v7.js';
import { ApiKeyEntity } from './api-key.entity.js';
import { mintApiKey, parseApiKey, sameHash } from './api-key-token.js';
import type { Caller, Scope } from './caller.js';

/** How long a looked-up key is believed: a revocation acts within a second (promise A5). */
const BELIEVED_MS = 900;
const MAX_BELIEVED = 10_000;
/** "Last used" is written at most this often per key and process. */
const USED_EVERY_MS = 60_000;
/** Compared with when the prefix is unknown, so that both ways take the same time. */
const NO_HASH = '0'.repeat(64);

interface BelievedKey {
  readonly row: ApiKeyEntity;
  readonly readAtMs: number;
}

export interface NewApiKey {
  readonly name: string;
  readonly personId: string;
  readonly scopes: readonly Scope[];
  readonly expiresAt?: Date | null;
}

@Injectable()
export class ApiKeysService {
  private readonly believed = new Map<string, BelievedKey>();
  private readonly usedAtMs = new Map<string, number>();

  constructor(private readonly dataSource: DataSource) {}

  /** Makes a key; the token in the answer is not kept anywhere. */
  async create(manager: EntityManager, key: NewApiKey, now: Date): Promise<{ token: string; row: ApiKeyEntity }> {
    const { token, prefix, secretHash } = mintApiKey();
    const row: ApiKeyEntity = {
      id: uuidV7(),
      name: key.name,
      prefix,
      secretHash,
      personId: key.personId,
      scopes: [...key.scopes],
      createdAt: now,
      expiresAt: key.expiresAt ?? null,
      revokedAt: null,
      lastUsedAt: null,
    };
    await insertRows(manager, ApiKeyEntity, [row]);
    return { token, row };
  }

  /** Asked here and not of the people's service: the frame knows no feature. */
  async personExists(manager: EntityManager, personId: string): Promise<boolean> {
    const rows: unknown[] = await manager.query('select 1 from people where id = $1', [personId]);
    return rows.length > 0;
  }

  /** Oldest last; `before` is the position of the page before. */
  async list(limit: number, before?: { createdAt: Date; id: string }): Promise<ApiKeyEntity[]> {
    const query = this.dataSource.manager
      .createQueryBuilder(ApiKeyEntity, 'key')
      .orderBy('key.createdAt', 'DESC')
      .addOrderBy('key.id', 'DESC')
      .take(limit);
    if (before !== undefined) query.where('(key.createdAt, key.id) < (:createdAt, :id)', before);
    return query.getMany();
  }

  /** Takes effect within a second in every process. Undefined when there is no such key; again = the same row. */
  async revoke(manager: EntityManager, id: string, now: Date): Promise<ApiKeyEntity | undefined> {
    await manager.update(ApiKeyEntity, { id, revokedAt: IsNull() }, { revokedAt: now });
    const row = await manager.findOneBy(ApiKeyEntity, { id });
    if (row !== null) this.believed.delete(row.prefix);
    return row ?? undefined;
  }

  /** Who a bearer token stands for, or undefined: unknown, wrong, expired and revoked look the same. */
  async authenticate(token: string, nowMs: number): Promise<Caller | undefined> {
    const parsed = parseApiKey(token);
    if (parsed === undefined) return undefined;
    const row = await this.lookUp(parsed.prefix, nowMs);
    const secretFits = sameHash(row?.secretHash ?? NO_HASH, parsed.secretHash);
    if (row === undefined || !secretFits || row.revokedAt !== null) return undefined;
    if (row.expiresAt !== null && row.expiresAt.getTime() <= nowMs) return undefined;
    this.noteUse(row.id, nowMs);
    return { keyId: row.id, personId: row.personId, scopes: row.scopes as Scope[] };
  }

  private async lookUp(prefix: string, nowMs: number): Promise<ApiKeyEntity | undefined> {
    const known = this.believed.get(prefix);
    if (known !== undefined && nowMs - known.readAtMs < BELIEVED_MS) return known.row;
    const row = await this.dataSource.manager.findOneBy(ApiKeyEntity, { prefix });
    // Unknown prefixes are not remembered: a flood of them must not push out the real ones.
    if (row === null) {
      this.believed.delete(prefix);
      return undefined;
    }
    if (this.believed.size >= MAX_BELIEVED) this.believed.clear();
    // Believed from before the read: a revocation that came during it is seen in time.
    this.believed.set(prefix, { row, readAtMs: nowMs });
    return row;
  }

  private noteUse(id: string, nowMs: number): void {
    if (nowMs - (this.usedAtMs.get(id) ?? 0) < USED_EVERY_MS) return;
    this.usedAtMs.set(id, nowMs);
    const write = this.dataSource.manager.update(ApiKeyEntity, { id }, { lastUsedAt: new Date(nowMs) });
    // A lost "last used" is no reason to refuse the request.
    write.catch(() => this.usedAtMs.delete(id));
  }
}
