import { describe, expect, it } from '@jest/globals';
import { canMove, CLOSED_STATES, LEAD_STATES, TRANSITIONS } from './lead-state.js';
import { validateTransitions } from './validate-transitions.js';

describe('the transition table', () => {
  it('reaches every state and has no dead end but the terminal ones', () => {
    expect(validateTransitions(LEAD_STATES, TRANSITIONS, 'raw', CLOSED_STATES)).toEqual([]);
  });

  it('is refused when a state cannot be reached', () => {
    const without = TRANSITIONS.filter((edge) => edge.to !== 'working');
    expect(validateTransitions(LEAD_STATES, without, 'raw', CLOSED_STATES)).toEqual([
      'state "working" can\'t be reached from "raw"',
    ]);
  });

  it('is refused when a state that is not terminal has no way out', () => {
    const without = TRANSITIONS.filter((edge) => edge.from !== 'returning' || edge.to === 'erased');
    expect(validateTransitions(LEAD_STATES, without, 'raw', CLOSED_STATES)).toContain(
      'state "returning" is a dead end',
    );
  });

  it('is refused when an edge stands twice', () => {
    const first = TRANSITIONS.slice(0, 1);
    expect(validateTransitions(LEAD_STATES, [...TRANSITIONS, ...first], 'raw', CLOSED_STATES)).toEqual([
      'raw → nurturing (checks_passed) stands twice',
    ]);
  });

  it('knows a move only with its cause', () => {
    expect(canMove('offered', 'accepted', 'accepted')).toBe(true);
    expect(canMove('offered', 'accepted', 'rejected')).toBe(false);
    expect(canMove('nurturing', 'offered', 'packet_and_rep_there')).toBe(false);
  });
});
