/** Injection token of the one Temporal `Client` of the process. */
export const TEMPORAL_CLIENT = Symbol('TEMPORAL_CLIENT');
