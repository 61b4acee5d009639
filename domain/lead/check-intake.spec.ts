import { describe, expect, it } from '@jest/globals';
import { checkIntake, type IntakeFacts } from './check-intake.js';

const check = (facts: Partial<IntakeFacts>) =>
  checkIntake({ email: 'a@b.example', phone: null, handRaised: false, ...facts });

describe('the intake checks', () => {
  it('pass whoever can be written to or called', () => {
    expect(check({})).toEqual({ ok: true, why: 'reachable' });
    expect(check({ email: null, phone: '+49 30 1' }).ok).toBe(true);
    expect(check({ phone: '+49 30 1', suppressedBy: 'erased' }).ok).toBe(true);
  });

  it('pass who unsubscribed, complained or bounced: a person may still find a way', () => {
    expect(check({ suppressedBy: 'unsubscribed' }).ok).toBe(true);
    expect(check({ suppressedBy: 'complained' }).ok).toBe(true);
    expect(check({ suppressedBy: 'bounced' }).ok).toBe(true);
  });

  it('fail for good where the address is to be forgotten and there is no phone', () => {
    expect(check({ suppressedBy: 'erased' })).toEqual({ ok: false, why: 'no_way_to_reach' });
  });

  it('pass who asks for sales, whatever is known of the address', () => {
    expect(check({ suppressedBy: 'erased', handRaised: true })).toEqual({ ok: true, why: 'asks_for_sales' });
  });
});
