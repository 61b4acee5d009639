import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** Whom a link belongs to, and what time it is there. */
interface LinkLead {
  readonly leadId: string;
  readonly step: string;
  /** The instant on the lead's clock (semantics: virtual time). */
  readonly leadNow: Date;
}

export interface TrackedLink extends LinkLead {
  readonly key: string;
  readonly url: string;
}

interface ClockRow {
  readonly clock_offset_ms: number;
  readonly virtual_now_at: Date | null;
}

@Injectable()
export class TouchLinksReadModel {
  constructor(private readonly dataSource: DataSource) {}

  async link(linkId: string, wallNow: number): Promise<TrackedLink | undefined> {
    const rows: (ClockRow & { lead_id: string; step: string; key: string; url: string })[] =
      await this.dataSource.query(
        `SELECT t.lead_id, t.step, k.key, k.url, l.clock_offset_ms, l.virtual_now_at
         FROM touch_links k JOIN touches t ON t.id = k.touch_id JOIN leads l ON l.id = t.lead_id
        WHERE k.id = $1`,
        [linkId],
      );
    const [row] = rows;
    if (row === undefined) return undefined;
    return { leadId: row.lead_id, step: row.step, key: row.key, url: row.url, leadNow: leadNow(row, wallNow) };
  }

  /** Whose mail this is: a touch, or a mail about a checklist. */
  async touch(touchId: string, wallNow: number): Promise<(LinkLead & { suppressed: boolean }) | undefined> {
    const rows: (ClockRow & { lead_id: string; step: string; suppressed: boolean })[] = await this.dataSource.query(
      `SELECT t.lead_id, t.step, l.clock_offset_ms, l.virtual_now_at, NOT l.contactable AS suppressed
         FROM (SELECT id, lead_id, step FROM touches UNION ALL SELECT id, lead_id, 'prep' FROM prep_mails) t
         JOIN leads l ON l.id = t.lead_id WHERE t.id = $1`,
      [touchId],
    );
    const [row] = rows;
    if (row === undefined) return undefined;
    return { leadId: row.lead_id, step: row.step, suppressed: row.suppressed, leadNow: leadNow(row, wallNow) };
  }
}

function leadNow({ clock_offset_ms, virtual_now_at }: ClockRow, wallNow: number): Date {
  if (clock_offset_ms === 0) return new Date(wallNow);
  return virtual_now_at ?? new Date(wallNow + clock_offset_ms);
}
