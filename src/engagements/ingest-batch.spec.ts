import { describe, expect, it } from '@jest/globals';
import { knownKinds } from './engagement-kinds.js';
import { assignSeqs, leadNow, type LockedLead } from './ingest-batch.js';
import type { IngestItem } from './ingest-item.js';

const NOW = Date.parse('2026-03-01T12:00:00Z');

const lead = (id: string, more: Partial<LockedLead> = {}): LockedLead => ({
  id,
  last_seq: 0,
  state: 'nurturing',
  email: `${id}@example.com`,
  grade: 'D',
  accountable_person_id: 'p',
  score_model_version_id: null,
  interest: null,
  clock_offset_ms: 0,
  virtual_now_at: null,
  ...more,
});

const item = (eventId: string, more: Partial<IngestItem> = {}): IngestItem => ({
  source: 'web',
  eventId,
  lead: { id: 'a' },
  kind: 'page_view',
  occurredAt: new Date('2026-03-01T10:00:00Z'),
  ...more,
});

const assign = (items: IngestItem[], leads: LockedLead[], ids: (string | undefined)[]) =>
  assignSeqs(items, {
    leadIds: ids,
    leads: new Map(leads.map((one) => [one.id, one])),
    stored: new Map(),
    kinds: knownKinds(undefined),
    wallNow: NOW,
  });

describe('assignSeqs', () => {
  it('counts each lead on from its last seq, without gaps for what is not stored', () => {
    const items = [item('1'), item('2'), item('1'), item('3', { kind: 'nothing' }), item('4'), item('5')];
    const { results, rows } = assign(items, [lead('a', { last_seq: 7 }), lead('b')], ['a', 'b', 'a', 'a', 'a', 'b']);
    expect(rows.map((row) => [row.lead_id, row.seq])).toEqual([
      ['a', 8],
      ['b', 1],
      ['a', 9],
      ['b', 2],
    ]);
    expect(results.map(({ result }) => result)).toEqual([
      'stored',
      'stored',
      'duplicate',
      'refused',
      'stored',
      'stored',
    ]);
  });

  it('tells a copy from a conflict by its content, not by how the lead was named', () => {
    const first = item('1', { properties: { a: 1, b: [2] } });
    const copies = [
      { ...first, properties: { b: [2], a: 1 }, lead: { email: 'a@example.com' } },
      { ...first, properties: { a: 1 } },
      { ...first, occurredAt: new Date('2026-03-01T10:00:01Z') },
    ];
    const { results } = assign([first, ...copies], [lead('a')], ['a', 'a', 'a', 'a']);
    expect(results.map((one) => one.result !== 'refused' && one.conflict)).toEqual([false, false, true, true]);
  });

  it('never marks what a machine did as a raised hand', () => {
    const { rows } = assign(
      [item('1', { kind: 'demo_request' }), item('2', { kind: 'demo_request', class: 'machine' })],
      [lead('a')],
      ['a', 'a'],
    );
    expect(rows.map((row) => row.hand_raise)).toEqual([true, false]);
  });
});

describe('leadNow', () => {
  it('is the wall clock for an ordinary lead, whatever is said to have happened', () => {
    expect(leadNow(lead('a'), NOW, NOW + 1_000)).toBe(NOW);
  });

  it('is the instant of the last sync for a lead in virtual time, or what just happened if later', () => {
    const virtual = lead('a', { clock_offset_ms: '-1000', virtual_now_at: new Date(NOW - 500) });
    expect(leadNow(virtual, NOW, NOW - 800)).toBe(NOW - 500);
    expect(leadNow(virtual, NOW, NOW + 800)).toBe(NOW + 800);
    expect(leadNow({ ...virtual, virtual_now_at: null }, NOW, 0)).toBe(NOW - 1_000);
  });
});
