import { describe, expect, it } from '@jest/globals';
import { type Happened, nextDeed } from './next-deed.js';
import type { ScriptEntry } from './rehearsal-script.schema.js';

const NOON = Date.parse('2026-03-02T12:00:00Z');
const HOUR = 3_600_000;

const happened = (some: Partial<Happened> = {}): Happened => ({
  touches: new Map(),
  handoffs: new Map(),
  returns: [],
  ...some,
});

const click: ScriptEntry = { after: { touch: 'guide', delay: 'PT5H' }, do: { engagement: 'email_click', of: 'guide' } };
const visit: ScriptEntry = { at: '2026-03-02T14:00:00Z', do: { engagement: 'page_view' } };

describe('the next deed of a script', () => {
  it('is none while what it follows has not happened', () => {
    expect(nextDeed([click], happened(), new Set())).toBeUndefined();
  });

  it('is the delay after the touch went out', () => {
    expect(nextDeed([click], happened({ touches: new Map([['guide', NOON]]) }), new Set())).toEqual({
      index: 0,
      at: NOON + 5 * HOUR,
    });
  });

  it('is the earliest, done ones left out', () => {
    const facts = happened({ touches: new Map([['guide', NOON - 4 * HOUR]]) });
    expect(nextDeed([visit, click], facts, new Set())).toEqual({ index: 1, at: NOON + HOUR });
    expect(nextDeed([visit, click], facts, new Set([1]))).toEqual({ index: 0, at: NOON + 2 * HOUR });
    expect(nextDeed([visit, click], facts, new Set([0, 1]))).toBeUndefined();
  });

  it('keeps the order of the script at one instant', () => {
    expect(nextDeed([visit, visit], happened(), new Set())).toEqual({ index: 0, at: NOON + 2 * HOUR });
  });

  it('counts handoffs by their number and returns by their order', () => {
    const reject: ScriptEntry = { after: { handoff: 2, delay: 'PT30M' }, do: { reject: 'not_ready' } };
    const back: ScriptEntry = { after: { return: 2 }, do: 'acknowledge' };
    const facts = happened({ handoffs: new Map([[1, NOON - HOUR]]), returns: [NOON] });
    expect(nextDeed([reject, back], facts, new Set())).toBeUndefined();
    const later = happened({ handoffs: new Map([[2, NOON]]), returns: [NOON, NOON + HOUR] });
    expect(nextDeed([reject, back], later, new Set())).toEqual({ index: 0, at: NOON + HOUR / 2 });
    expect(nextDeed([reject, back], later, new Set([0]))).toEqual({ index: 1, at: NOON + HOUR });
  });
});
