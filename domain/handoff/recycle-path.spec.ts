import { describe, expect, it } from '@jest/globals';
import { recyclePath } from './recycle-path.js';
import { recyclePolicySchema } from './recycle-policy.schema.js';

const policy = recyclePolicySchema.parse({
  not_ready: { to: 'resume', earliestAfter: 'P30D', score: 0.5, credit: 'keep', maxLoops: 3, then: 'review' },
  cannot_afford: { to: { cadence: 'long-term' }, credit: 'keep', maxLoops: 1, then: 'disqualify' },
  out_of_area: { disqualify: true, credit: 'reverse' },
});
const decidedAt = Date.parse('2026-03-10T09:00:00Z');
const path = (reason: string | null, loops = 1, earliestReturnAt?: number) =>
  recyclePath(policy, reason, { loops, decidedAt, zone: 'Europe/Berlin', earliestReturnAt });

describe('recyclePath', () => {
  it('goes on where it left, at the same local time after the clock change', () => {
    expect(path('not_ready')).toEqual({
      to: 'resume',
      credit: 'keep',
      scoreFactor: 0.5,
      earliestReturnAt: Date.parse('2026-04-09T08:00:00Z'),
    });
  });

  it('takes the rep’s own date before the policy’s', () => {
    const wanted = Date.parse('2026-09-01T00:00:00Z');
    expect(path('not_ready', 1, wanted).earliestReturnAt).toBe(wanted);
  });

  it('goes to the cadence of the reason', () => {
    expect(path('cannot_afford')).toEqual({ to: 'cadence', key: 'long-term', credit: 'keep' });
  });

  it('disqualifies', () => {
    expect(path('out_of_area')).toEqual({ to: 'disqualify', credit: 'reverse' });
  });

  it('ends after so many returns as the policy says', () => {
    expect([path('not_ready', 3).to, path('not_ready', 4).to]).toEqual(['resume', 'review']);
    expect(path('cannot_afford', 2)).toEqual({ to: 'disqualify', credit: 'keep' });
  });

  it('resumes after silence and asks a person about a reason without a row', () => {
    expect(path(null)).toEqual({ to: 'resume', credit: 'keep' });
    expect(path('other')).toEqual({ to: 'review', credit: 'keep' });
    expect(path('constructor')).toEqual({ to: 'review', credit: 'keep' });
  });
});

describe('recyclePolicySchema', () => {
  const messages = (rule: object) => {
    const result = recyclePolicySchema.safeParse({ not_ready: { credit: 'keep', ...rule } });
    return result.success ? [] : result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  };

  it.each<[object, RegExp]>([
    [{}, /either `to` .* or disqualify/],
    [{ to: 'resume', disqualify: true }, /either `to` .* or disqualify/],
    [{ disqualify: true, score: 0.5 }, /^not_ready\.score: .* means nothing/],
    [{ to: 'resume', then: 'review' }, /^not_ready\.then: .* needs maxLoops/],
    [{ to: 'nurture' }, /^not_ready\.to: `to` is resume or/],
    [{ to: 'resume', earliest: 'P1D' }, /a recycle rule has no earliest; it takes to/],
  ])('says what is wrong with %j', (rule, expected) => {
    expect(messages(rule)).toEqual([expect.stringMatching(expected)]);
  });
});
