import { describe, expect, it } from '@jest/globals';
import type { TimelineRow } from './lead-timeline.read-model.js';
import { timelineSentence } from './timeline-sentence.js';

const say = (kind: TimelineRow['kind'], type: string, data: Record<string, unknown>): string =>
  timelineSentence(
    { at: new Date(0), rank: 0, pos: 0, id: '1', by: null, kind, type, data },
    (id) => ({ jonas: 'Jonas Weidner' })[id],
  );

describe('timelineSentence', () => {
  it.each([
    ['engagement', 'email_click', { class: 'human' }, 'Email click'],
    ['engagement', 'email_click', { class: 'machine' }, 'Email click by a machine'],
    ['touch', 'skipped', { template: 'guide', reason: 'already_sent' }, 'Touch “guide” skipped: already sent'],
    ['offer', 'offer_waiting', { why: 'packet_incomplete' }, 'Not offered yet: packet incomplete'],
    ['offer', 'qualified', { by: 'person', ruleId: null }, 'Qualified by person'],
    ['decision', 'decided', { kind: 'rejected', handoffNo: 2, reason: 'not_ready' }, 'Rejected handoff 2: not ready'],
    [
      'decision',
      'decided',
      { kind: 'withdrawn', handoffNo: 1, toPersonId: 'jonas' },
      'Withdrawn handoff 1, to Jonas Weidner',
    ],
    ['decision', 'decided', { kind: 'undone', handoffNo: 1 }, 'Took back the decision on handoff 1'],
    ['decision', 'decided', { kind: 'pushed', handoffNo: 4 }, 'Pushed to sales by hand, handoff 4'],
    ['decision', 'decided', { kind: 'reopened' }, 'Reopened'],
    ['decision', 'decided', { kind: 'erased' }, 'Erased'],
    ['decision', 'acknowledged', { handoffNo: 1, to: 'resume' }, 'Marketing took it back: resume'],
    ['decision', 'first_touch', { disposition: 'no_answer' }, 'First touch by sales: no answer'],
    ['decision', 'first_touch', { disposition: 'reached', again: true }, 'Another touch by sales: reached'],
    ['decision', 'outcome', { outcome: 'won' }, 'Won'],
    ['enrollment', 'enrolled', { cadence: 'walk', version: 3 }, 'Entered cadence walk, version 3'],
    ['enrollment', 'suspended', { step: 'guide' }, 'Cadence suspended at step guide'],
    [
      'enrollment',
      'migrated',
      { cadence: 'walk', fromVersion: 1, version: 2, step: 'settle', to: 'rest' },
      'Went over from version 1 to version 2 of cadence walk, from step settle to step rest',
    ],
    [
      'enrollment',
      'migrated',
      { cadence: 'walk', fromVersion: 2, version: 1, step: 'guide', to: 'guide' },
      'Went over from version 2 to version 1 of cadence walk, stays at step guide',
    ],
    ['step', 'passed', { step: 'guide' }, 'Passed over step guide, which an earlier version had done'],
    ['wait', 'waited', { step: 'response', winner: 'timeout' }, 'Step response: the time was over'],
    ['wait', 'waited', { step: 'response', winner: 0 }, 'Step response: option 1 came true'],
    ['branch', 'branched', { step: 'fork', case: -1 }, 'Step fork: no case holds'],
    ['branch', 'branched', { step: 'fork', case: 1 }, 'Step fork: case 2 holds'],
    ['exit', 'enrollment_ended', { reason: 'handed_over' }, 'Left the cadence: handed over'],
    ['profile', 'changed', { company: {}, 'profile.plant': {} }, 'Changed company, profile.plant'],
    ['ignored', 'notice_failed', { notice: 'offer', why: 'timed_out' }, 'Notice “offer” could not be sent: timed out'],
    ['ignored', 'ignored', { signal: 'salesAccepted', why: 'not_offered' }, 'Ignored salesAccepted: not offered'],
  ] as const)('%s %s %j', (kind, type, data, sentence) => {
    expect(say(kind, type, data)).toBe(sentence);
  });
});
