import { describe, expect, it } from '@jest/globals';
import { rehearsalScriptSchema } from './rehearsal-script.schema.js';

const errorsOf = (script: unknown): string[] => {
  const result = rehearsalScriptSchema.safeParse(script);
  return result.success ? [] : result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
};

describe('the script of a rehearsal', () => {
  it('takes every answer of lead, sales and marketing', () => {
    expect(
      errorsOf([
        { at: '2026-12-21T13:00:00Z', do: { engagement: 'email_click', of: 'guide' } },
        { after: { touch: 'guide', delay: 'PT5H' }, do: { engagement: 'page_view', properties: { path: '/pricing' } } },
        {
          after: { handoff: 1, delay: 'PT30M' },
          do: { reject: 'not_ready', earliestReturnAt: '2027-02-01T00:00:00Z' },
        },
        { after: { return: 1 }, do: 'acknowledge' },
        { after: { handoff: 2 }, do: 'accept' },
        { at: '2027-03-01T08:00:00+01:00', do: { firstTouch: 'reached' } },
        { at: '2027-03-02T08:00:00Z', do: { return: 'no_response' } },
        { at: '2027-03-03T08:00:00Z', do: { outcome: 'won', value: { amount: '12000.00', currency: 'EUR' } } },
        { at: '2027-03-04T08:00:00Z', do: { offer: 'Asked at the booth' } },
        { at: '2027-03-05T08:00:00Z', do: { todo: 'reached' } },
        { at: '2027-03-06T08:00:00Z', do: 'withdraw' },
      ]),
    ).toEqual([]);
  });

  it('says what is wrong, and where', () => {
    expect(errorsOf([{ do: 'accept' }])).toEqual(['0: an entry happens either `at` an instant or `after` something']);
    expect(errorsOf([{ at: 'tomorrow', do: 'accept' }])).toEqual(['0.at: write an instant like 2026-12-21T13:00:00Z']);
    expect(errorsOf([{ at: '2026-12-21T13:00:00Z', do: 'dance' }])).toEqual([
      expect.stringMatching(/^0\.do: one of accept, acknowledge, withdraw/),
    ]);
    expect(errorsOf([{ after: { step: 'guide' }, do: 'accept' }])).toEqual([
      expect.stringMatching(/^0\.after: an answer comes after/),
    ]);
    expect(errorsOf([{ when: 'later', do: 'accept' }])[0]).toBe(
      '0: an entry of the script has no when; it takes at, after, do',
    );
  });
});
