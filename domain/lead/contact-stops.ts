/** Facts about an address instead of a person: nothing more is sent, and they are no sign of interest. */
export const CONTACT_STOPS = ['unsubscribed', 'bounced', 'complained'] as const;

export type ContactStop = (typeof CONTACT_STOPS)[number];

export const isContactStop = (kind: string): kind is ContactStop => CONTACT_STOPS.some((stop) => stop === kind);

/** Whether the process takes note: what a program did is no sign of interest, but it may well say that an address is dead. */
export const reachesProcess = (fact: { readonly kind: string; readonly class: string }): boolean =>
  fact.class !== 'machine' || isContactStop(fact.kind);
