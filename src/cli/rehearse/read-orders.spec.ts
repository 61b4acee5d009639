import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import { readOrders } from './read-orders.js';

const folder = mkdtempSync(join(tmpdir(), 'baton-orders-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};

const example = (name: string): string => fileURLToPath(new URL(`../../../examples/${name}`, import.meta.url));
const NOW = new Date('2026-04-14T09:00:00Z');
const REAL = '0190a5a0-0000-7000-8000-00000000000a';
const file = example('cadences/trade-show-follow-up.yaml');
const nora = example('rehearsals/nora.yaml');

describe('the orders of baton rehearse', () => {
  it('are every lead through every version', () => {
    const compare = example('cadences/long-term.yaml');
    const orders = readOrders({ file, compare, leads: [nora, REAL], days: '30' }, NOW);
    expect(orders.map(({ name, cadence }) => [name, cadence])).toEqual([
      ['nora', 'trade-show-follow-up.yaml'],
      ['nora', 'long-term.yaml'],
      [REAL, 'trade-show-follow-up.yaml'],
      [REAL, 'long-term.yaml'],
    ]);
    expect(orders[2]?.order).toMatchObject({
      ...{ lead: { id: REAL }, startAt: NOW.toISOString(), horizon: 'P30D', script: [] },
      cadence: { document: { key: 'trade-show-follow-up' } },
    });
  });

  it('take the example script', () => {
    const [order] = readOrders({ file, leads: [nora], script: example('rehearsals/silent-rep.yaml') }, NOW);
    expect(order?.order.script.map(({ do: deed }) => (typeof deed === 'string' ? deed : Object.keys(deed)[0]))).toEqual(
      [...['engagement', 'engagement', 'engagement', 'engagement', 'reject', 'acknowledge']],
    );
    expect(order?.order.horizon).toBe('P90D');
  });

  it('name file and field of what does not fit', () => {
    const leads = [nora];
    expect(() => readOrders({ file, leads: [] }, NOW)).toThrow('name at least one --lead');
    expect(() => readOrders({ file: 'nowhere.yaml', leads }, NOW)).toThrow('nowhere.yaml is not there');
    expect(() => readOrders({ file, leads, script: write('broken.yaml', '- { at: [') }, NOW)).toThrow('is no YAML');
    const script = write('dance.yaml', '- { at: 2026-04-15T09:00:00Z, do: dance }');
    expect(() => readOrders({ file, leads, script }, NOW)).toThrow(/script\.0\.do: in one word: accept/);
    expect(() => readOrders({ file, leads: [write('odd.yaml', 'source: fair\nshoe: 42')] }, NOW)).toThrow(
      /lead\.profile\.shoe/,
    );
    expect(() => readOrders({ file, leads, from: 'soon' }, NOW)).toThrow(/startAt: write an instant/);
    expect(() => readOrders({ file, leads, days: '900' }, NOW)).toThrow(/horizon: At most 400 days/);
  });
});
