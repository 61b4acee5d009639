import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';

const KEPT_MS = 24 * 3_600_000;
/** A request that has run longer has lost its process: whoever repeats it takes it over. */
const ABANDONED_MS = 60_000;
const SWEEP_EVERY_MS = 600_000;
/** A run that ended while the database was away is given up as soon as it is back, so that its repetition need not wait. */
const GIVE_UP_EVERY_MS = 1_000;
const MAX_GIVEN_UP = 10_000;

export interface RequestIdentity {
  readonly endpoint: string;
  readonly caller: string;
  readonly key: string;
}

export interface StoredAnswer {
  readonly status: number;
  /** JSON as it was sent, or null for an empty answer. */
  readonly body: string | null;
}

/** What to do with a request that carries a key. `token` names this run: only it may finish or forget it. */
export type Claim =
  | { readonly do: 'run'; readonly token: Date }
  | { readonly do: 'replay'; readonly answer: StoredAnswer }
  | { readonly do: 'refuse'; readonly why: 'other_body' | 'in_progress' };

interface KeyRow {
  readonly body_hash: string;
  readonly state: 'running' | 'done';
  readonly status: number | null;
  readonly body: string | null;
}

/** The table behind `Idempotency-Key`; each call is a transaction of its own, so that a crash leaves its trace. */
@Injectable()
export class IdempotencyService implements OnApplicationShutdown {
  private readonly sweep: NodeJS.Timeout;
  private readonly givenUp: { readonly request: RequestIdentity; readonly token: Date }[] = [];
  private givingUp: NodeJS.Timeout | undefined;

  constructor(private readonly dataSource: DataSource) {
    this.sweep = setInterval(() => void this.forgetExpired(new Date()).catch(() => undefined), SWEEP_EVERY_MS);
    this.sweep.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.sweep);
    clearTimeout(this.givingUp);
  }

  /** Claims the key for this request, or says why not. */
  async claim(request: RequestIdentity, bodyHash: string, now: Date): Promise<Claim> {
    const abandonedBefore = new Date(now.getTime() - ABANDONED_MS);
    // One statement decides who runs: a new key, an expired one, or an abandoned run of the same request.
    const claimed: { created_at: Date }[] = await this.dataSource.query(
      `insert into idempotency_keys as held (endpoint, caller, key, body_hash, state, status, body, created_at, expires_at)
       values ($1, $2, $3, $4, 'running', null, null, $5, $6)
       on conflict (endpoint, caller, key) do update
         set body_hash = excluded.body_hash, state = 'running', status = null, body = null,
             created_at = excluded.created_at, expires_at = excluded.expires_at
         where held.expires_at <= $5
            or (held.state = 'running' and held.created_at <= $7 and held.body_hash = excluded.body_hash)
       returning created_at`,
      [
        request.endpoint,
        request.caller,
        request.key,
        bodyHash,
        now,
        new Date(now.getTime() + KEPT_MS),
        abandonedBefore,
      ],
    );
    if (claimed.length > 0) return { do: 'run', token: now };

    const [held]: KeyRow[] = await this.dataSource.query(
      `select body_hash, state, status, body #>> '{}' as body from idempotency_keys
       where endpoint = $1 and caller = $2 and key = $3`,
      [request.endpoint, request.caller, request.key],
    );
    // Gone between the two statements: the run beside this one was refused and changed nothing.
    if (held === undefined) return { do: 'refuse', why: 'in_progress' };
    if (held.body_hash !== bodyHash) return { do: 'refuse', why: 'other_body' };
    if (held.state === 'running') return { do: 'refuse', why: 'in_progress' };
    return { do: 'replay', answer: { status: held.status ?? 200, body: held.body } };
  }

  /** Keeps the answer, unless another run took over meanwhile. */
  async finish(request: RequestIdentity, token: Date, answer: StoredAnswer): Promise<void> {
    await this.dataSource.query(
      `update idempotency_keys set state = 'done', status = $5, body = to_jsonb($6::text)
       where endpoint = $1 and caller = $2 and key = $3 and created_at = $4 and state = 'running'`,
      [request.endpoint, request.caller, request.key, token, answer.status, answer.body],
    );
  }

  /** The request was refused and changed nothing: the key is free again. */
  async forget(request: RequestIdentity, token: Date): Promise<void> {
    await this.dataSource.query(
      `delete from idempotency_keys
       where endpoint = $1 and caller = $2 and key = $3 and created_at = $4 and state = 'running'`,
      [request.endpoint, request.caller, request.key, token],
    );
  }

  /** The same as `forget` once the database answers again; for as long as nobody else may take the run over. */
  forgetLater(request: RequestIdentity, token: Date): void {
    if (this.givenUp.length < MAX_GIVEN_UP) this.givenUp.push({ request, token });
    this.givingUp ??= setTimeout(() => void this.forgetGivenUp(), GIVE_UP_EVERY_MS).unref();
  }

  private async forgetGivenUp(): Promise<void> {
    this.givingUp = undefined;
    for (const { request, token } of this.givenUp.splice(0)) {
      if (Date.now() - token.getTime() > ABANDONED_MS) continue;
      await this.forget(request, token).catch(() => this.forgetLater(request, token));
    }
  }

  private async forgetExpired(now: Date): Promise<void> {
    await this.dataSource.query('delete from idempotency_keys where expires_at <= $1', [now]);
  }
}
