import { describe, expect, it } from '@jest/globals';
import { cadenceSchema } from './cadence.schema.js';
import { compileCadence } from './compile-cadence.js';
import { describeStep } from './describe-step.js';

const document = cadenceSchema.parse({
  key: 'walk',
  name: 'Walk',
  window: { days: ['mon'], from: '09:00', to: '17:00', holidays: true },
  exits: ['unsubscribed', { when: { field: 'tag', op: '=', value: 'partner' }, reason: 'partner' }],
  steps: [
    { id: 'welcome', email: { template: 'welcome' } },
    { id: 'settle', wait: { until: { weekday: 'tue', at: '10:00' } } },
    {
      id: 'response',
      wait_for: {
        any: [
          { engagement: 'email_click', where: { touch: 'welcome' }, then: 'fork' },
          { engagement: 'page_view', where: { path: { prefix: '/pricing' } }, count: 2, then: 'again' },
          { score: 30, then: 'leave' },
        ],
        timeout: { after: 'PT72H', then: 'again' },
      },
    },
    {
      id: 'fork',
      branch: { cases: [{ when: { field: 'country', op: '=', value: 'CH' }, then: 'leave' }], otherwise: 'again' },
    },
    { id: 'leave', exit: 'not_interested' },
    { id: 'again', email: { template: 'again', from: 'rep', window: 'any' }, next: 'last' },
    { id: 'last', wait: { businessDays: 3 } },
  ],
});

describe('compileCadence', () => {
  it('keeps ids and targets only', () => {
    expect(compileCadence(document, { version: 3, versionId: 'v3' })).toEqual({
      key: 'walk',
      version: 3,
      versionId: 'v3',
      start: 'welcome',
      exits: ['unsubscribed', 'partner'],
      steps: {
        welcome: { kind: 'email', next: 'settle' },
        settle: { kind: 'wait', next: 'response' },
        response: { kind: 'wait_for', any: ['fork', 'again', 'leave'], timeout: 'again' },
        fork: { kind: 'branch', cases: ['leave'], otherwise: 'again' },
        leave: { kind: 'exit', reason: 'not_interested' },
        again: { kind: 'email', next: 'last' },
        last: { kind: 'wait', next: '$end' },
        $end: { kind: 'exit', reason: 'completed' },
      },
    });
  });
});

describe('describeStep', () => {
  it('says each step in a line', () => {
    expect(document.steps.map(describeStep)).toEqual([
      'Send “welcome”',
      'Wait until Tuesday 10:00',
      'Wait for email click with touch welcome, 2 × page view with path starting with /pricing or a score of 30, at most 72 hours',
      'Branch when country is CH, else again',
      'Leave: not interested',
      'Send “again” as the rep',
      'Wait 3 business days',
    ]);
  });
});
