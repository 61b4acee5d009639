/** One unacceptable field of a request. `path` is dotted (`items.0.kind`), `code` is stable and snake_case. */
export interface FieldError {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/**
 * Every kind of problem the API answers with: slug of the `type` URI → title and status (RFC 9457).
 * A slug is part of the contract and never changes its meaning.
 */
export const PROBLEMS = {
  unreadable: { status: 400, title: 'The request cannot be read' },
  unauthenticated: { status: 401, title: 'No valid API key' },
  forbidden: { status: 403, title: 'Not allowed' },
  'not-found': { status: 404, title: 'Not found' },
  'method-not-allowed': { status: 405, title: 'Method not allowed' },
  conflict: { status: 409, title: 'Conflict with the present state' },
  'idempotency-in-progress': { status: 409, title: 'The same request is still being worked on' },
  'precondition-failed': { status: 412, title: 'Changed by somebody else meanwhile' },
  'too-large': { status: 413, title: 'The request is too large' },
  'uri-too-long': { status: 414, title: 'The address is too long' },
  'unsupported-media-type': { status: 415, title: 'Unsupported media type' },
  invalid: { status: 422, title: 'Unknown or invalid fields' },
  'idempotency-mismatch': { status: 422, title: 'The Idempotency-Key was used for another request' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Something went wrong' },
  unavailable: { status: 503, title: 'Not available at the moment' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemSlug = keyof typeof PROBLEMS;

/** The body of an `application/problem+json` answer; further members say what is true now (409). */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance?: string;
  readonly errors?: readonly FieldError[];
  readonly [member: string]: unknown;
}

export interface ProblemOptions {
  readonly errors?: readonly FieldError[];
  /** Extension members: who, when, what is true now. Standard members win over them. */
  readonly members?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An expected refusal on its way to the caller. `detail` is read by people and holds no internals. */
export class ProblemException extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly slug: ProblemSlug,
    readonly detail: string,
    readonly options: ProblemOptions = {},
  ) {
    super(detail);
    this.name = 'ProblemException';
    this.status = PROBLEMS[slug].status;
    this.headers = options.headers ?? {};
  }

  toDocument(instance?: string): ProblemDocument {
    return {
      ...this.options.members,
      type: `/problems/${this.slug}`,
      title: PROBLEMS[this.slug].title,
      status: this.status,
      detail: this.detail,
      ...(instance === undefined ? {} : { instance }),
      ...(this.options.errors === undefined ? {} : { errors: this.options.errors }),
    };
  }
}

export const unreadable = (detail: string): ProblemException => new ProblemException('unreadable', detail);

export const unauthenticated = (detail = 'Send Authorization: Bearer bt_… with a key that is in force.') =>
  new ProblemException('unauthenticated', detail, { headers: { 'www-authenticate': 'Bearer' } });

export const forbidden = (detail = 'This key may not do that.'): ProblemException =>
  new ProblemException('forbidden', detail);

/** Also the answer for what is not the caller's: the body does not tell the two apart (promise A2). */
export const notFound = (detail = 'There is nothing here.'): ProblemException =>
  new ProblemException('not-found', detail);

/** `members` say who decided, when, and what is true now. */
export const conflict = (detail: string, members: Readonly<Record<string, unknown>> = {}): ProblemException =>
  new ProblemException('conflict', detail, { members });

/** The document was changed since the ETag in `If-Match` was read. */
export const preconditionFailed = (detail: string, currentEtag?: string): ProblemException =>
  new ProblemException(
    'precondition-failed',
    detail,
    currentEtag === undefined ? {} : { headers: { etag: currentEtag } },
  );

/** All unacceptable fields at once. */
export const unprocessable = (errors: readonly FieldError[], detail?: string): ProblemException =>
  new ProblemException(
    'invalid',
    detail ??
      errors
        .map((e) => `${e.path}: ${e.message}`)
        .join('; ')
        .slice(0, 500),
    {
      errors,
    },
  );

/** Something Baton needs is away; the caller tries again after `retryAfterSeconds`. */
export const unavailable = (
  retryAfterSeconds = 5,
  detail = 'A part of Baton is not reachable. Nothing was changed; please try again.',
): ProblemException =>
  new ProblemException('unavailable', detail, { headers: { 'retry-after': String(retryAfterSeconds) } });
