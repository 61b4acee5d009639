import type { LeadRecord } from '../lead/lead-process.js';

/** What endpoints can subscribe to. */
export const WEBHOOK_EVENTS = [
  'lead.state_changed',
  'handoff.offered',
  'handoff.accepted',
  'handoff.rejected',
  'handoff.expired',
  'handoff.withdrawn',
  'handoff.given_back',
] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** What the `webhook` step of a cadence sends, to the endpoint it names. */
export const STEP_EVENT = 'cadence.step';

const DECIDED: Readonly<Record<string, WebhookEvent>> = {
  accepted: 'handoff.accepted',
  rejected: 'handoff.rejected',
  expired: 'handoff.expired',
  withdrawn: 'handoff.withdrawn',
  given_back: 'handoff.given_back',
};

/** What a record of the process is told as; undefined when nobody is told. */
export function webhookEventOf({ kind, data }: LeadRecord): WebhookEvent | undefined {
  if (kind === 'state') return 'lead.state_changed';
  if (kind === 'offered') return 'handoff.offered';
  return kind === 'decided' ? DECIDED[String(data['kind'])] : undefined;
}

/** Whether the record can be undone: what goes outside waits until nobody can any more. Source: product, The zone, offer. */
export function isUndoable({ kind, data }: LeadRecord): boolean {
  const what = kind === 'state' ? data['cause'] : kind === 'decided' ? data['kind'] : undefined;
  return what === 'accepted' || what === 'rejected';
}

/** Whether the record takes back what could be undone. */
export function takesBack({ kind, data }: LeadRecord): boolean {
  return kind === 'state' && data['cause'] === 'undone';
}

/** Whether nothing before the record can be undone any more. */
export function settles({ kind, data }: LeadRecord): boolean {
  if (kind === 'first_touch' || kind === 'outcome' || kind === 'acknowledged') return true;
  return kind === 'decided' && data['kind'] === 'given_back';
}
