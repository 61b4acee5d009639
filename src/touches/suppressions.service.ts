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

/** Addresses that may not be written to. */
@Injectable()
export class SuppressionsService {
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

  async isSuppressed(manager: EntityManager, address: string): Promise<boolean> {
    const rows: unknown[] = await manager.query('SELECT 1 FROM suppressions WHERE address = $1 AND lifted_at IS NULL', [
      address,
    ]);
    return rows.length > 0;
  }
}
