import type { Rate } from '../../domain/lead/pace-asks.js';

/** The rate of a job as it was ordered. */
export function rateOf(job: { readonly ratePerMinute: number; readonly ratePerHour: number | null }): Rate {
  return job.ratePerHour === null
    ? { leads: job.ratePerMinute, per: 'minute' }
    : { leads: job.ratePerHour, per: 'hour' };
}
