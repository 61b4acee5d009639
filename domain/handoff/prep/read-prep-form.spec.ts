import { describe, expect, it } from '@jest/globals';
import { isPrepared, isStalePrepForm, prepFormVersion, prepProgress, readPrepForm } from './read-prep-form.js';

const checklist = {
  items: [
    { key: 'list', ask: 'Send us your list', kind: 'confirm' },
    { key: 'hour', ask: 'Block an hour', kind: 'confirm' },
    { key: 'supplier', ask: 'Does something stand in the way?', kind: 'obstacle' },
  ],
} as const;
const items = { items: [...checklist.items] };
const ticked = (item: string) => ({ item, confirmed: true, text: null });

describe('a checklist that is sent back', () => {
  it('says what is new, and nothing about what is as before', () => {
    const form = { 'tick.list': 'yes', 'tick.hour': 'yes', 'words.supplier': ' We must list you first.\r\n ' };
    expect(readPrepForm(items, form, [ticked('list')])).toEqual([
      ticked('hour'),
      { item: 'supplier', confirmed: false, text: 'We must list you first.' },
    ]);
  });

  it('takes a tick back', () => {
    expect(readPrepForm(items, {}, [ticked('list')])).toEqual([{ item: 'list', confirmed: false, text: null }]);
  });

  it('ignores fields that belong to no item, and values nobody can press', () => {
    const form = { 'tick.other': 'yes', 'tick.supplier': 'yes', 'tick.list': 'on', 'words.list': 'x', __proto__: {} };
    expect(readPrepForm(items, form, [])).toEqual([]);
  });

  it('keeps at most 2,000 characters of words', () => {
    expect(readPrepForm(items, { 'words.supplier': 'x'.repeat(3_000) }, [])[0]?.text).toHaveLength(2_000);
  });

  it('is stale when it was filled in over other answers than there are by now', () => {
    const shown = [ticked('list')];
    const seen = prepFormVersion(shown);
    expect(isStalePrepForm({ seen }, shown)).toBe(false);
    expect(isStalePrepForm({ seen }, [...shown, { item: 'hour', confirmed: false, text: null }])).toBe(false);
    expect(isStalePrepForm({ seen }, [...shown, ticked('hour')])).toBe(true);
    expect(isStalePrepForm({ seen }, [])).toBe(true);
    expect(isStalePrepForm({ seen: ['x'] }, shown)).toBe(true);
    expect(isStalePrepForm({}, shown)).toBe(false);
  });

  it('is done when everything is ticked, whatever stands in the way', () => {
    const obstacle = { item: 'supplier', confirmed: false, text: 'Two weeks' };
    expect(isPrepared(items, [ticked('list'), obstacle])).toBe(false);
    expect(isPrepared(items, [ticked('list'), ticked('hour')])).toBe(true);
    expect(prepProgress(items, [ticked('list'), obstacle])).toEqual({ done: 1, of: 2 });
    expect(isPrepared({ items: items.items.slice(2) }, [obstacle])).toBe(false);
  });
});
