import { isKnownZone } from './zone.js';

export interface ZoneCandidates {
  readonly lead?: string | null;
  readonly campaign?: string | null;
  readonly organisation?: string | null;
}

export interface ZoneChoice {
  readonly zone: string;
  /** `none`: nobody names a known zone, so UTC stands in; report it. */
  readonly from: keyof ZoneCandidates | 'none';
  /** Names that are no zones and were passed over; each is to be reported. */
  readonly unknown: readonly { readonly from: keyof ZoneCandidates; readonly zone: string }[];
}

const ORDER = ['lead', 'campaign', 'organisation'] as const;

/** The lead's zone, else the campaign's, else the organisation's; an unknown name counts as missing (semantics: Zone). */
export function chooseZone(candidates: ZoneCandidates): ZoneChoice {
  const unknown: { from: keyof ZoneCandidates; zone: string }[] = [];
  for (const from of ORDER) {
    const zone = candidates[from]?.trim();
    if (!zone) continue;
    if (isKnownZone(zone)) return { zone, from, unknown };
    unknown.push({ from, zone });
  }
  return { zone: 'UTC', from: 'none', unknown };
}
