// The check at the end of every test file on a running Baton finds what it is there for.
import { describe, expect, it } from '@jest/globals';
import { type CustodyRow, custodyFaults } from '../support/custody-faults.js';

const utc = (time: string): Date => new Date(`2026-04-21T${time}Z`);
const lead = { state: 'offered', custody: 'shared', accountableId: 'ines' };
const row = (since: string, custody: string, change: Partial<CustodyRow> = {}): CustodyRow => ({
  ...{ leadId: 'lead-1', createdAt: utc('08:00:00'), lead, id: since, custody, cause: 'created' },
  ...{ marketingId: 'ines', salesId: custody === 'marketing' ? null : 'jonas', accountableId: 'ines' },
  ...{ sinceAt: utc(since), ...change },
});
const whyOf = (...rows: CustodyRow[]) => custodyFaults(rows).map((fault) => fault.split('\n')[0]?.split(': ')[1]);

describe('custody without gap or overlap', () => {
  it('is found right', () => {
    expect(custodyFaults([row('08:00:00', 'marketing'), row('09:00:00', 'shared')])).toEqual([]);
  });

  it.each<[string, CustodyRow[]]>([
    ['nobody ever answered for it', [row('08:00:00', 'marketing', { id: null })]],
    ['nobody answers for it from 2026-04-21T08', [row('08:00:01', 'shared')]],
    ['two records begin at once', [row('08:00:00', 'marketing'), row('08:00:00', 'shared')]],
    ['a person is missing', [row('08:00:00', 'shared', { salesId: null })]],
    [
      'who is accountable has no hand on it',
      [row('08:00:00', 'marketing', { marketingId: 'mara' }), row('09:00:00', 'shared')],
    ],
    ['the lead says shared and ines, its last record does not', [row('08:00:00', 'marketing')]],
    [
      'somebody answers for it after its erasure',
      [row('08:00:00', 'marketing', { cause: 'erased' }), row('09:00:00', 'shared')],
    ],
  ])('is told when %s', (why, rows) => {
    expect(whyOf(...rows)).toEqual([expect.stringContaining(why)]);
  });

  it('is told with the lead and both records', () => {
    const [fault] = custodyFaults([row('08:00:00', 'marketing'), row('08:00:00', 'shared')]);
    expect(fault).toBe(
      'lead lead-1 (offered): two records begin at once\n' +
        '  2026-04-21T08:00:00.000Z marketing (created) marketing ines, sales null, accountable ines\n' +
        '  2026-04-21T08:00:00.000Z shared (created) marketing ines, sales jonas, accountable ines',
    );
  });
});
