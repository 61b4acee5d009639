import { describe, expect, it } from '@jest/globals';
import { commandLead } from './advance-lead.js';
import { custodyOf } from './custody.js';
import { advanceLead } from './advance-lead.js';
import {
  accepted,
  DAY,
  fakeHandoff,
  fakeProcess,
  fakeReturn,
  HOUR,
  lost,
  MARKETER,
  MINUTE,
  nurturing,
  offered,
  OTHER_REP,
  qualified,
  recordsOf,
  REP,
  returning,
  T0,
  working,
} from './fake-process.js';

describe('custody', () => {
  const marketing = { custody: 'marketing', accountable: 'marketing', salesPersonId: null };

  it.each([
    ['raw', fakeProcess()],
    ['nurturing', nurturing()],
    ['qualified, queued', qualified()],
    ['lost', lost()],
    ['disqualified', fakeProcess({ state: 'disqualified' })],
  ])('of a lead that is %s is marketing alone', (_, process) => {
    expect(custodyOf(process)).toEqual(marketing);
  });

  it('is shared from the offer on, marketing answers until sales has accepted', () => {
    expect(custodyOf(offered())).toEqual({ custody: 'shared', accountable: 'marketing', salesPersonId: REP });
  });

  it('is shared for the grace after acceptance, sales answers', () => {
    expect(custodyOf(accepted())).toEqual({ custody: 'shared', accountable: 'sales', salesPersonId: REP });
  });

  it('is sales alone once the grace is over, while it is worked on, and when it is won', () => {
    const alone = { custody: 'sales', accountable: 'sales', salesPersonId: REP };
    const graceOver = accepted({ handoff: fakeHandoff({ assigneeId: REP, acceptedAt: T0, graceEndsAt: 0 }) });
    expect([graceOver, working(), working({ state: 'won' })].map(custodyOf)).toEqual([alone, alone, alone]);
  });

  it('of a lead on its way back names both; who had accepted it answers until marketing acknowledges', () => {
    expect(custodyOf(returning())).toEqual({ custody: 'shared', accountable: 'marketing', salesPersonId: REP });
    const givenBack = returning({ returning: fakeReturn({ cause: 'given_back' }) });
    expect(custodyOf(givenBack)).toEqual({ custody: 'shared', accountable: 'sales', salesPersonId: REP });
  });

  it('of a reassigned lead names the new rep before the offer to them is open', () => {
    const process = offered({ handoff: fakeHandoff({ no: 2, wantedAssigneeId: OTHER_REP }) });
    expect(custodyOf(process)).toEqual({ custody: 'shared', accountable: 'marketing', salesPersonId: OTHER_REP });
  });
});

describe('custody records', () => {
  const custody = (advance: Parameters<typeof recordsOf>[0]) =>
    recordsOf(advance, 'custody').map(({ at, custody: side, accountable, salesPersonId, cause }) => [
      at,
      side,
      accountable,
      salesPersonId,
      cause,
    ]);

  it('the offer opens the shared zone at its instant', () => {
    const outcome = { result: 'offered', at: T0 + MINUTE, handoffNo: 1, assigneeId: REP } as const;
    const advance = advanceLead(qualified(), { kind: 'offer_result', outcome }, T0 + MINUTE, undefined);
    expect(custody(advance)).toEqual([[T0 + MINUTE, 'shared', 'marketing', REP, 'packet_and_rep_there']]);
    expect(recordsOf(advance, 'custody')[0]).toMatchObject({ ruleId: 'engaged-and-fits', handoffNo: 1 });
  });

  it('acceptance makes sales accountable by an event with the id of the rule', () => {
    const advance = commandLead(
      offered(),
      { kind: 'accept', handoffNo: 1, by: REP, via: 'mail' },
      T0 + HOUR,
      undefined,
    );
    expect(custody(advance)).toEqual([[T0 + HOUR, 'shared', 'sales', REP, 'accepted']]);
    expect(recordsOf(advance, 'custody')[0]).toMatchObject({ ruleId: 'engaged-and-fits', handoffNo: 1 });
  });

  it('the end of the grace leaves sales alone', () => {
    const advance = advanceLead(accepted(), { kind: 'grace_over', at: T0 + 2 * DAY }, T0 + 2 * DAY, undefined);
    expect(custody(advance)).toEqual([[T0 + 2 * DAY, 'sales', 'sales', REP, 'grace_over']]);
  });

  it('the first touch leaves sales alone before the grace is over, and its end then changes nothing', () => {
    const command = {
      kind: 'first_touch',
      handoffNo: 1,
      by: REP,
      disposition: 'talked',
      occurredAt: T0 + HOUR,
    } as const;
    const touched = commandLead(accepted(), command, T0 + HOUR, undefined);
    expect(custody(touched)).toEqual([[T0 + HOUR, 'sales', 'sales', REP, 'first_touch']]);
    expect(custody(advanceLead(touched.process, { kind: 'grace_over', at: T0 + DAY }, T0 + DAY, undefined))).toEqual(
      [],
    );
  });

  it('a rejection changes nobody: marketing answered before and answers still', () => {
    const command = { kind: 'reject', handoffNo: 1, by: REP, via: 'api', reason: 'not_ready' } as const;
    expect(custody(commandLead(offered(), command, T0 + HOUR, undefined))).toEqual([]);
  });

  it('the acknowledgement lets the rep go', () => {
    const command = { kind: 'acknowledge', handoffNo: 1, by: MARKETER } as const;
    const advance = commandLead(returning(), command, T0 + HOUR, undefined);
    expect(custody(advance)).toEqual([[T0 + HOUR, 'marketing', 'marketing', null, 'acknowledged']]);
  });

  it('giving back a lead that sales had alone shares it again, and sales answers until it is acknowledged', () => {
    const command = { kind: 'give_back', handoffNo: 1, by: REP, reason: 'no_response' } as const;
    const advance = commandLead(working(), command, T0 + DAY, undefined);
    expect(custody(advance)).toEqual([[T0 + DAY, 'shared', 'sales', REP, 'given_back']]);
  });

  it('losing a lead hands it to marketing', () => {
    const advance = commandLead(working(), { kind: 'outcome', by: REP, outcome: 'lost' }, T0 + DAY, undefined);
    expect(custody(advance)).toEqual([[T0 + DAY, 'marketing', 'marketing', null, 'lost']]);
  });

  it('reassigning names the next rep at the instant of the decision and once only', () => {
    const command = { kind: 'reassign', handoffNo: 1, by: MARKETER, toPersonId: OTHER_REP } as const;
    const first = commandLead(offered(), command, T0 + HOUR, undefined);
    expect(custody(first)).toEqual([[T0 + HOUR, 'shared', 'marketing', OTHER_REP, 'reassigned']]);
    const outcome = { result: 'offered', at: T0 + HOUR, handoffNo: 2, assigneeId: OTHER_REP } as const;
    expect(custody(advanceLead(first.process, { kind: 'offer_result', outcome }, T0 + HOUR, undefined))).toEqual([]);
  });
});
