import { describe, expect, it } from '@jest/globals';
import type { LeadRecord, LeadRecordKind } from '../lead/lead-process.js';
import { isUndoable, settles, takesBack, webhookEventOf } from './webhook-events.js';

const record = (kind: LeadRecordKind, data: LeadRecord['data'] = {}): LeadRecord => ({ kind, at: 0, data });

describe('what receivers are told', () => {
  it.each([
    [record('state', { cause: 'checks_passed' }), 'lead.state_changed'],
    [record('offered'), 'handoff.offered'],
    [record('decided', { kind: 'accepted' }), 'handoff.accepted'],
    [record('decided', { kind: 'rejected' }), 'handoff.rejected'],
    [record('decided', { kind: 'expired' }), 'handoff.expired'],
    [record('decided', { kind: 'withdrawn' }), 'handoff.withdrawn'],
    [record('decided', { kind: 'given_back' }), 'handoff.given_back'],
    [record('decided', { kind: 'undone' }), undefined],
    [record('decided', { kind: 'erased' }), undefined],
    [record('decided'), undefined],
    [record('custody'), undefined],
    [record('step'), undefined],
  ])('%j: %p', (given, event) => {
    expect(webhookEventOf(given)).toBe(event);
  });

  it('holds an answer to an offer while it can be undone', () => {
    const held = [
      record('decided', { kind: 'accepted' }),
      record('decided', { kind: 'rejected' }),
      record('state', { cause: 'accepted' }),
      record('state', { cause: 'rejected' }),
    ];
    expect(held.map(isUndoable)).toEqual([true, true, true, true]);
    const told = [record('decided', { kind: 'expired' }), record('state', { cause: 'expired' }), record('offered')];
    expect(told.map(isUndoable)).toEqual([false, false, false]);
  });

  it('takes back with an undo and lets go with what comes after the answer', () => {
    expect(takesBack(record('state', { cause: 'undone' }))).toBe(true);
    expect(takesBack(record('state', { cause: 'accepted' }))).toBe(false);
    const after = ['first_touch', 'outcome', 'acknowledged'] as const;
    expect(after.map((kind) => settles(record(kind)))).toEqual([true, true, true]);
    expect(settles(record('decided', { kind: 'given_back' }))).toBe(true);
    expect(settles(record('decided', { kind: 'accepted' }))).toBe(false);
  });
});
