import { describe, expect, it } from '@jest/globals';
import { advanceLead, commandLead } from './advance-lead.js';
import { DAY, fakeEnrollment, fakePlan, HOUR, MARKETER, nurturing, recordsOf, T0 } from './fake-process.js';
import type { LeadCommand } from './lead-command.js';

const plan = fakePlan({
  steps: {
    ...fakePlan().steps,
    call: { kind: 'todo', dispositions: { interested: 'story', wrong_number: 'leave' }, overdue: 'fork' },
  },
});
const calling = (more: Parameters<typeof fakeEnrollment>[0] = {}) =>
  nurturing({ enrollment: fakeEnrollment({ step: 'call', visits: { call: 1 }, dueAt: T0 + DAY, ...more }) });
const done = (disposition: string, visit = 1): LeadCommand => ({
  kind: 'complete_todo',
  enrollmentNo: 1,
  step: 'call',
  visit,
  disposition,
  by: MARKETER,
});

describe('a to-do', () => {
  it('goes the way of its disposition, at the instant it was done', () => {
    const { process, records, answer } = commandLead(calling(), done('interested'), T0 + HOUR, plan);
    expect(answer).toEqual({ ok: true, state: 'nurturing', at: T0 + HOUR });
    expect(process.enrollment).toMatchObject({ step: 'story', stepAt: T0 + HOUR });
    expect(process.enrollment?.dueAt).toBeUndefined();
    expect(recordsOf({ records }, 'todo_done')).toEqual([
      { at: T0 + HOUR, no: 1, step: 'call', visit: 1, disposition: 'interested', by: MARKETER, noteId: undefined },
    ]);
  });

  it('goes on without its person when it is overdue', () => {
    const { process, records } = advanceLead(calling(), { kind: 'wait_over', at: T0 + DAY }, T0 + DAY, plan);
    expect(process.enrollment).toMatchObject({ step: 'fork', stepAt: T0 + DAY });
    expect(recordsOf({ records }, 'waited')).toEqual([
      { at: T0 + DAY, no: 1, step: 'call', visit: 1, winner: 'timeout' },
    ]);
  });

  it.each([
    ['another visit', calling(), done('interested', 2), 'todo_over'],
    ['a step that was left', calling({ step: 'story' }), done('interested'), 'todo_over'],
    ['a clock that stands', calling({ suspendedAt: T0 }), done('interested'), 'suspended'],
    ['a disposition it does not have', calling(), done('busy'), 'unknown_disposition'],
  ])('is refused for %s', (_case, process, command, why) => {
    const advance = commandLead(process, command, T0 + HOUR, plan);
    expect(advance.answer).toEqual({ ok: false, state: 'nurturing', why });
    expect(advance.records).toEqual([]);
  });
});
