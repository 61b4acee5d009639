import { describe, expect, it } from '@jest/globals';
import { lateTouchSlot } from './touch-slot.js';

const MINUTE = 60_000;
const resumedAt = Date.parse('2026-04-21T12:00:00Z');
const step = { id: 'guide', email: { template: 'guide', from: 'brand' as const } };
const slotOf = (leadId: string, at: number, catchUp: { at: number; skip?: true } | undefined, spread = 'PT0S') =>
  lateTouchSlot({ window: 'any', spread }, step, { leadId, zone: 'Europe/Berlin', holidays: new Set(), at }, catchUp) ??
  0;

describe('lateTouchSlot', () => {
  it('leaves alone what is not late', () => {
    expect(slotOf('lead', resumedAt + 1, { at: resumedAt })).toBe(resumedAt + 1);
    expect(slotOf('lead', resumedAt - 1, undefined)).toBe(resumedAt - 1);
  });

  it('spreads what is overdue over a quarter of an hour from the resume on, by a stable hash', () => {
    const ids = Array.from({ length: 900 }, (_, n) => `lead-${n}`);
    const slots = ids.map((id) => slotOf(id, resumedAt - 5 * MINUTE, { at: resumedAt }));
    expect(ids.map((id) => slotOf(id, resumedAt - 9 * MINUTE, { at: resumedAt }))).toEqual(slots);
    const byMinute = Array.from(
      { length: 15 },
      (_, minute) => slots.filter((slot) => Math.floor((slot - resumedAt) / MINUTE) === minute).length,
    );
    // 60 of 900 on average; none before, none after.
    expect(byMinute.reduce((sum, n) => sum + n, 0)).toBe(900);
    expect(Math.max(...byMinute)).toBeLessThan(120);
  });

  it('takes the cadence’s own spread where that is wider', () => {
    const slots = Array.from({ length: 200 }, (_, n) => slotOf(`lead-${n}`, 0, { at: resumedAt }, 'PT4H'));
    expect(Math.max(...slots)).toBeGreaterThan(resumedAt + 180 * MINUTE);
    expect(Math.max(...slots)).toBeLessThan(resumedAt + 240 * MINUTE);
  });

  it('keeps the slot of one that is to be skipped there', () => {
    expect(slotOf('lead', resumedAt - 5 * MINUTE, { at: resumedAt, skip: true })).toBe(resumedAt - 5 * MINUTE);
  });
});
