import { LEAD_STATES, type LeadState } from './lead-state.js';

const NOT_OF_SALES: readonly LeadState[] = ['raw', 'nurturing', 'disqualified', 'erased'];

/** Where sales has, had or is about to have the lead. Before, it finds a lead by search only (product: A lead's life). */
export const SALES_STATES: readonly LeadState[] = LEAD_STATES.filter((state) => !NOT_OF_SALES.includes(state));

/** Sales has accepted the lead and it has not come back: `accepted` until the first touch, `working` after it. */
export const WITH_SALES: readonly LeadState[] = ['accepted', 'working'];

export const isWithSales = (state: LeadState): boolean => WITH_SALES.includes(state);
