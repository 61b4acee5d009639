/** What a person can have learned about a lead (product: Insight log). `insight.<kind>` is a field of conditions. */
export const INSIGHT_KINDS = ['pain_point', 'trend', 'buying_role', 'free_text'] as const;
export type InsightKind = (typeof INSIGHT_KINDS)[number];
