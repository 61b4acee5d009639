import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

export interface Suppression {
  /** Normalised. */
  readonly address: string;
  /** `unsubscribed`, `bounced`, `complained`, `erased`, … */
  readonly cause: string;
  readonly leadId: string | null;
  readonly at: Date;
}

/** Addresses that may not be written to. Those of erased leads stand as salted hashes (`docs/adr/0008-erasure.md`). */
@Injectable()
export class SuppressionsService {
  private salt: Buffer | undefined;

  /**
   * Stops all mail to the address, in the caller's transaction. The caller holds the lock of the lead's row, so that no
   * touch of that lead is claimed after the commit (promise P5). Safe to repeat: the first cause stays.
   */
  async suppress(manager: EntityManager, { address, cause, leadId, at }: Suppression): Promise<void> {
    await manager.query(
      `INSERT INTO suppressions (address, cause, lead_id, at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (address) DO UPDATE SET cause = excluded.cause, lead_id = excluded.lead_id, at = excluded.at,
                                           lifted_at = NULL
       WHERE suppressions.lifted_at IS NOT NULL`,
      [address, cause, leadId, at],
    );
    if (leadId === null) return;
    await manager.query('UPDATE leads SET contactable = false WHERE id = $1 AND contactable', [leadId]);
  }

  /** The address itself goes; that nobody may write to it stays. */
  async eraseAddress(manager: EntityManager, address: string, at: Date): Promise<void> {
    await manager.query('DELETE FROM suppressions WHERE address = $1', [address]);
    const hash = await this.hashOf(manager, address);
    await this.suppress(manager, { address: hash, cause: 'erased', leadId: null, at });
  }

  /** Why nobody may write to the address; undefined when one may. */
  async causeOf(manager: EntityManager, address: string): Promise<string | undefined> {
    const [row] = await manager.query<{ cause: string }[]>(
      `SELECT cause FROM suppressions WHERE address = ANY($1) AND lifted_at IS NULL ORDER BY cause = 'erased' DESC LIMIT 1`,
      [[address, await this.hashOf(manager, address)]],
    );
    return row?.cause;
  }

  /** Which of the addresses nobody may write to. */
  async suppressedOf(manager: EntityManager, addresses: readonly string[]): Promise<Set<string>> {
    const forms = new Map<string, string>();
    for (const address of addresses) forms.set(address, address).set(await this.hashOf(manager, address), address);
    const rows = await manager.query<{ address: string }[]>(
      'SELECT address FROM suppressions WHERE address = ANY($1) AND lifted_at IS NULL',
      [[...forms.keys()]],
    );
    return new Set(rows.map(({ address }) => forms.get(address) ?? address));
  }

  private async hashOf(manager: EntityManager, address: string): Promise<string> {
    this.salt ??= await saltOf(manager);
    return `hmac-sha256:${createHmac('sha256', this.salt).update(address).digest('hex')}`;
  }
}

async function saltOf(manager: EntityManager): Promise<Buffer> {
  const [row] = await manager.query<{ salt: Buffer }[]>('SELECT salt FROM suppression_salt WHERE id = 1');
  if (row === undefined) throw new Error('the salt of erased addresses is missing: restore the table suppression_salt');
  return row.salt;
}
