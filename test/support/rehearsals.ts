import type { TrackEntry } from '../../domain/rehearsal/track-entry.js';
import type { RehearsalAnswer } from '../../src/rehearsals/rehearsals.schema.js';
import { waitFor } from './stack.js';
import type { TestBaton } from './test-baton.js';

type Body = Record<string, unknown>;

/** `POST /v1/rehearsals`; throws when it is not taken on. */
export async function orderRehearsal(baton: TestBaton, body: Body): Promise<RehearsalAnswer> {
  const { status, body: answer, text } = await baton.call<RehearsalAnswer>('POST', '/v1/rehearsals', body);
  if (status !== 202) throw new Error(`POST /v1/rehearsals answered ${status}: ${text}`);
  return answer;
}

/** How the rehearsal ended, done or failed. */
export async function endOfRehearsal(baton: TestBaton, id: string): Promise<RehearsalAnswer> {
  return waitFor(
    async () => {
      const { body } = await baton.call<RehearsalAnswer>('GET', `/v1/rehearsals/${id}`);
      return body.state === 'done' || body.state === 'failed' ? body : undefined;
    },
    { what: `rehearsal ${id} ends`, timeoutMs: 120_000 },
  );
}

/** Orders one and answers its track; throws when it fails. */
export async function rehearse(
  baton: TestBaton,
  body: Body,
): Promise<{ readonly leadId: string; readonly track: readonly TrackEntry[] }> {
  const { lead, track, failure } = await endOfRehearsal(baton, (await orderRehearsal(baton, body)).id);
  if (track === null) throw new Error(`the rehearsal has no track: ${JSON.stringify(failure)}`);
  return { leadId: lead.id, track };
}

/** Step and minute in UTC of every touch that went out, in order. */
export const touchesOf = (track: readonly TrackEntry[]): [string | undefined, string][] =>
  track.filter(({ kind }) => kind === 'touch').map(({ step, at }) => [step, at.slice(0, 16)]);

/** Names of the sandboxes in the database. */
export const sandboxesOf = (baton: TestBaton): Promise<unknown[]> =>
  baton.dataSource.query(`select nspname from pg_namespace where nspname like 'rehearsal%'`);
