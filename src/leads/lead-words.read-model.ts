import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

export interface NamedPerson {
  readonly id: string;
  readonly key: string;
  readonly name: string;
}

/** What somebody wrote about a lead. */
export interface NoteView {
  readonly id: string;
  readonly text: string;
  readonly at: Date;
  readonly by: NamedPerson | null;
  /** Who was told, by key. */
  readonly mentions: readonly NamedPerson[];
}

export interface InsightView {
  readonly id: string;
  readonly seq: number | null;
  readonly kind: string;
  readonly text: string;
  readonly at: Date;
  readonly by: NamedPerson | null;
}

export interface WordsPage {
  readonly leadId: string;
  readonly limit: number;
  readonly after?: readonly [at: string, id: string] | undefined;
}

const person = (alias: string): string =>
  `case when ${alias}.id is null then null
        else jsonb_build_object('id', ${alias}.id, 'key', ${alias}.key, 'name', ${alias}.name) end`;

const NOTES = `
  select n.id, n.text, n.at, ${person('p')} as by,
         coalesce((select jsonb_agg(${person('m')} order by m.key)
                     from notices s join people m on m.id = s.person_id where s.note_id = n.id), '[]') as mentions
    from notes n left join people p on p.id = n.by_person_id`;

const INSIGHTS = `
  select i.id, i.seq, i.kind, i.text, i.at, ${person('p')} as by
    from insights i left join people p on p.id = i.by_person_id`;

/** What people wrote about a lead, oldest first. */
@Injectable()
export class LeadWordsReadModel {
  async note(manager: EntityManager, id: string): Promise<NoteView | undefined> {
    const [row] = await manager.query<NoteView[]>(`${NOTES} where n.id = $1`, [id]);
    return row;
  }

  /** At most `limit`, after the position given. */
  async notes(manager: EntityManager, { leadId, limit, after }: WordsPage): Promise<NoteView[]> {
    return manager.query<NoteView[]>(
      `${NOTES} where n.lead_id = $1 and ($2::timestamptz is null or (n.at, n.id) > ($2, $3::uuid))
        order by n.at, n.id limit $4`,
      [leadId, after?.[0] ?? null, after?.[1] ?? null, limit],
    );
  }

  async insight(manager: EntityManager, id: string): Promise<InsightView | undefined> {
    const [row] = await manager.query<InsightView[]>(`${INSIGHTS} where i.id = $1`, [id]);
    return row;
  }

  /** At most `limit`, after the position given. */
  async insights(
    manager: EntityManager,
    { leadId, limit, after, kind }: WordsPage & { readonly kind?: string | undefined },
  ): Promise<InsightView[]> {
    return manager.query<InsightView[]>(
      `${INSIGHTS} where i.lead_id = $1 and ($2::timestamptz is null or (i.at, i.id) > ($2, $3::uuid))
          and ($5::text is null or i.kind = $5)
        order by i.at, i.id limit $4`,
      [leadId, after?.[0] ?? null, after?.[1] ?? null, limit, kind ?? null],
    );
  }
}
