import { CONTACT_STOPS } from '../../domain/lead/contact-stops.js';
import type { ScoreModel } from '../../domain/scoring/score-model.js';

/** Kinds that ship (api: Codes); a score model may declare more. */
const SHIPPED_KINDS: readonly string[] = [
  'page_view',
  'email_open',
  'email_click',
  'download',
  'webinar_registered',
  'webinar_attended',
  'event_visited',
  'form_submitted',
  'email_reply',
];

const SHIPPED_HAND_RAISES: readonly string[] = [
  'demo_request',
  'quote_request',
  'contact_request',
  'phone_call',
  'meeting_booked',
];

/** What an engagement may be called at the moment. */
export interface KnownKinds {
  readonly all: ReadonlySet<string>;
  readonly handRaises: ReadonlySet<string>;
}

/** The shipped kinds and what the active score model adds; without a model the shipped hand-raises count. */
export function knownKinds(model: Pick<ScoreModel, 'engagement' | 'handRaises'> | undefined): KnownKinds {
  const handRaises = new Set(model?.handRaises ?? SHIPPED_HAND_RAISES);
  const declared = model?.engagement.rules.map((rule) => rule.kind) ?? [];
  return {
    all: new Set([...SHIPPED_KINDS, ...SHIPPED_HAND_RAISES, ...CONTACT_STOPS, ...declared, ...handRaises]),
    handRaises,
  };
}
