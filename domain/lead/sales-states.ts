import type { LeadState } from './lead-state.js';

/** Where sales has, had or is about to have the lead. Before, it finds a lead by search only (product: A lead's life). */
export const SALES_STATES: readonly LeadState[] = [
  'qualified',
  'offered',
  'accepted',
  'working',
  'returning',
  'won',
  'lost',
];
