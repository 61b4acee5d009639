import { preconditionFailed } from '../common/problem.js';

/** `ETag` as it stands in the header. */
export const quoteEtag = (etag: string): string => `"${etag}"`;

/** Refuses with 412 when `If-Match` was sent and names no present ETag; `*` asks only that there is one (RFC 9110). */
export function checkIfMatch(header: string | undefined, etag: string | null): void {
  if (header === undefined) return;
  const tags = header.split(',').map((tag) => tag.trim());
  const matches = etag !== null && tags.some((tag) => tag === '*' || tag === quoteEtag(etag));
  if (matches) return;
  throw preconditionFailed(
    etag === null ? 'There is no draft yet.' : 'Somebody else changed the draft meanwhile: read it again.',
    etag === null ? undefined : quoteEtag(etag),
  );
}
