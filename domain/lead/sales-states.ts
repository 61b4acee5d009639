import { LEAD_STATES, type LeadState } from './lead-state.js';

const NOT_OF_SALES: readonly LeadState[] = ['raw', 'nurturing', 'disqualified', 'erased'];

/** Where sales has, had or is about to have the lead. Before, it finds a lead by search only (product: A lead's life). */
export const SALES_STATES: readonly LeadState[] = LEAD_STATES.filter((state) => !NOT_OF_SALES.includes(state));
