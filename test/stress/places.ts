import type pg from 'pg';

/**
 * What the stress adds to a database of its own: a log of every look at a lead, and places at which the test can hold a
 * transaction back. The product knows nothing of either.
 */
export const OBSERVERS = `
  create table stress_looks (
    n bigserial primary key, lead_id uuid not null, kind text not null, rev integer not null, seq integer not null,
    at float8 not null, step text, visit integer, data jsonb, by text not null
  );
  create index on stress_looks (lead_id, n);
  create function stress_place(place integer) returns void language sql as
    'select pg_advisory_xact_lock_shared(4711, place)';
  create function stress_sync() returns trigger language plpgsql as $$ begin
    insert into stress_looks (lead_id, kind, rev, seq, at, data, by)
      values (new.id, 'sync', new.rev, new.last_seq, (new.process->>'syncedAt')::float8, new.process->'process',
              current_setting('application_name'));
    perform stress_place(1);
    perform stress_place(1000 + abs(hashtext(new.id::text) % 1000000));
    return null;
  end $$;
  create trigger stress_sync after update of process on leads for each row when (new.process is not null)
    execute function stress_sync();
  create function stress_mark() returns trigger language plpgsql as $$ begin
    perform stress_place(2);
    return new;
  end $$;
  create trigger stress_mark before update of delivered_at on outbox for each row when (new.lane = 'poke')
    execute function stress_mark();
  create function stress_touch() returns trigger language plpgsql as $$ begin
    if new.state = 'claimed' then
      insert into stress_looks (lead_id, kind, rev, seq, at, step, visit, by)
        select new.lead_id, 'claim', rev, last_seq, extract(epoch from new.claimed_at) * 1000, new.step, new.visit,
               current_setting('application_name')
          from leads where id = new.lead_id;
      perform pg_notify('stress_claims', current_setting('application_name'));
    elsif new.state = 'sent' then perform stress_place(3);
    end if;
    return null;
  end $$;
  create trigger stress_touch after insert or update of state on touches for each row execute function stress_touch();
  create function stress_ingest() returns trigger language plpgsql as $$ begin
    perform stress_place(4);
    return null;
  end $$;
  create trigger stress_ingest after insert on engagements for each statement execute function stress_ingest();
  create function stress_start() returns trigger language plpgsql as $$ begin
    if exists (select 1 from leads where id = new.lead_id and profile->>'short' = 'yes') then
      new.delivered_at := new.created_at;
    end if;
    return new;
  end $$;
  create trigger stress_start before insert on outbox for each row when (new.lane = 'new')
    execute function stress_start();
`;

/** Where a transaction can be held: what has happened by then, and what has not. */
export const PLACES = { sync: 1, mark: 2, settle: 3, ingest: 4 } as const;
export type Place = keyof typeof PLACES;

/** Holds every transaction that comes to a place, from the moment of the call until it is let go. */
export class HeldPlace {
  private constructor(
    private readonly client: pg.Client,
    private readonly number: number,
  ) {}

  static async at(client: pg.Client, place: Place): Promise<HeldPlace> {
    return HeldPlace.hold(client, PLACES[place]);
  }

  /** The syncs of one lead. */
  static async ofLead(client: pg.Client, leadId: string): Promise<HeldPlace> {
    const { rows } = await client.query<{ number: number }>('select 1000 + abs(hashtext($1) % 1000000) as number', [
      leadId,
    ]);
    return HeldPlace.hold(client, rows[0]?.number ?? 0);
  }

  private static async hold(client: pg.Client, number: number): Promise<HeldPlace> {
    await client.query('select pg_advisory_lock(4711, $1)', [number]);
    return new HeldPlace(client, number);
  }

  /** The process whose transaction stands there, once one does; undefined when none came within the time. */
  async reached(withinMs: number): Promise<string | undefined> {
    const until = Date.now() + withinMs;
    for (;;) {
      const { rows } = await this.client.query<{ by: string }>(
        `select a.application_name as by from pg_locks l join pg_stat_activity a on a.pid = l.pid
          where l.locktype = 'advisory' and l.database = (select oid from pg_database where datname = current_database())
            and l.classid = 4711 and l.objid = $1 and not l.granted order by a.query_start limit 1`,
        [this.number],
      );
      if (rows[0]) return rows[0].by;
      if (Date.now() > until) return undefined;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  async letGo(): Promise<void> {
    await this.client.query('select pg_advisory_unlock(4711, $1)', [this.number]);
  }
}
