import { describe, expect, it } from '@jest/globals';
import { remeasureDue } from './remeasure-due.js';

/** A wait that began at 0, looked at when 50 have passed. */
const measured = { before: 100, after: 100, dueAt: 100, notBefore: 50 };

describe('remeasureDue', () => {
  it('keeps the instant that both versions measure alike, however it came about', () => {
    expect(remeasureDue(measured)).toBe(100);
    expect(remeasureDue({ ...measured, dueAt: 130 })).toBe(130);
  });

  it('counts the time that has passed for the new duration', () => {
    expect(remeasureDue({ ...measured, after: 300 })).toBe(300);
    expect(remeasureDue({ ...measured, after: 70 })).toBe(70);
  });

  it('is never due before the move', () => {
    expect(remeasureDue({ ...measured, after: 20 })).toBe(50);
  });

  it('does not count the time in which the clock stood still', () => {
    // Due at 130 instead of 100: it stood still for 30.
    expect(remeasureDue({ ...measured, dueAt: 130, after: 200 })).toBe(230);
    expect(remeasureDue({ ...measured, dueAt: 130, after: 40 })).toBe(70);
  });

  it('takes the new measure where there was none, and none where there is none', () => {
    expect(remeasureDue({ ...measured, dueAt: undefined, before: undefined, after: 80 })).toBe(80);
    expect(remeasureDue({ ...measured, after: undefined })).toBeUndefined();
  });
});
