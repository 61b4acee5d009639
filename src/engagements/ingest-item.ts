import type { ProblemException } from '../common/problem.js';
import type { EngagementClass } from './engagement.entity.js';

/** How a caller names a lead; `externalId` is one of the ids given at intake. */
export type LeadRef = { readonly id: string } | { readonly email: string } | { readonly externalId: string };

/** One engagement on its way in. `(source, eventId)` counts once, for ever. */
export interface IngestItem {
  readonly source: string;
  readonly eventId: string;
  readonly lead: LeadRef;
  readonly kind: string;
  readonly occurredAt: Date;
  readonly properties?: Readonly<Record<string, unknown>>;
  /** What a hand-raise asks for, in the lead's words. */
  readonly purpose?: string | null;
  /** Whether a person or a program did it; `human` unless somebody knows better. */
  readonly class?: EngagementClass;
}

/** What became of an item; `conflict`: the same id came before with other content, which stands. */
export type IngestResult =
  | {
      readonly result: 'stored' | 'duplicate';
      readonly engagementId: string;
      readonly leadId: string;
      readonly seq: number;
      readonly class: EngagementClass;
      readonly conflict: boolean;
    }
  | { readonly result: 'refused'; readonly problem: ProblemException };
