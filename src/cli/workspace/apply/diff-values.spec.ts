import { describe, expect, it } from '@jest/globals';
import { diffValues } from './diff-values.js';

describe('diffValues', () => {
  it('finds nothing between equal values, whatever the order of their fields', () => {
    expect(diffValues({ a: 1, b: [{ c: 'x' }] }, { b: [{ c: 'x' }], a: 1 })).toEqual([]);
  });

  it('names the field that was changed, came or went', () => {
    const before = { name: 'One', window: { from: '09:00', to: '17:00' }, spread: 'PT15M' };
    const after = { name: 'One', window: { from: '10:00', to: '17:00' }, frequency: 'nurture' };
    expect(diffValues(before, after)).toEqual([
      { path: 'window.from', before: '09:00', after: '10:00' },
      { path: 'frequency', before: undefined, after: 'nurture' },
      { path: 'spread', before: 'PT15M', after: undefined },
    ]);
  });

  it('tells the items of a list by their names: one put in front changes no other', () => {
    const before = { steps: [{ id: 'welcome', wait: 'P1D' }, { id: 'leave' }] };
    const after = { steps: [{ id: 'first' }, { id: 'welcome', wait: 'P2D' }, { id: 'leave' }] };
    expect(diffValues(before, after)).toEqual([
      { path: 'steps.first', before: undefined, after: { id: 'first' } },
      { path: 'steps.welcome.wait', before: 'P1D', after: 'P2D' },
    ]);
  });

  it('says that named items changed places, since the first that holds decides', () => {
    expect(diffValues([{ id: 'a' }, { id: 'b' }], [{ id: 'b' }, { id: 'a' }])).toEqual([
      { path: '(order)', before: ['a', 'b'], after: ['b', 'a'] },
    ]);
  });

  it('takes a list of plain values as one, and a list of nameless objects by place', () => {
    expect(diffValues({ value: ['DE', 'AT'] }, { value: ['DE', 'CH'] })).toEqual([
      { path: 'value', before: ['DE', 'AT'], after: ['DE', 'CH'] },
    ]);
    expect(diffValues([{ team: 'a' }, { team: 'b' }], [{ team: 'a' }, { team: 'c' }, { team: 'd' }])).toEqual([
      { path: '1.team', before: 'b', after: 'c' },
      { path: '2', before: undefined, after: { team: 'd' } },
    ]);
  });

  it('falls back to places where two items have one name', () => {
    expect(diffValues([{ id: 'a' }, { id: 'a' }], [{ id: 'a' }, { id: 'b' }])).toEqual([
      { path: '1.id', before: 'a', after: 'b' },
    ]);
  });

  it('shows the lines of a text between its common beginning and end', () => {
    expect(diffValues({ html: '<p>\nHello\nyou\n</p>' }, { html: '<p>\nGood day\nyou\n</p>' })).toEqual([
      { path: 'html (from line 2)', before: 'Hello', after: 'Good day' },
    ]);
  });
});
