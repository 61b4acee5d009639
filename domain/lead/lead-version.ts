/**
 * Versions of a lead's process that this code runs, oldest first. A lead keeps the version it was started with, and behaves
 * by it. Source: `docs/adr/0007-versions-of-running-leads.md`.
 */
const LEAD_VERSIONS = [1, 2, 3] as const;
export type LeadVersion = (typeof LEAD_VERSIONS)[number];

/** What new leads start with, unless the deployment says otherwise. */
export const NEWEST_LEAD_VERSION: LeadVersion = 3;

/**
 * The version that stands in an input or a stored process. `newer`: written by a later release, which alone can go on with
 * it; `malformed`: no release wrote it.
 */
export function readLeadVersion(v: unknown): LeadVersion | 'newer' | 'malformed' {
  const known = LEAD_VERSIONS.find((version) => version === v);
  if (known !== undefined) return known;
  return typeof v === 'number' && Number.isSafeInteger(v) && v > NEWEST_LEAD_VERSION ? 'newer' : 'malformed';
}
