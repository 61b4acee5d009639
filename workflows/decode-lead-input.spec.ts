import { describe, expect, it } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/workflow';
import { newLeadProcess } from '../domain/lead/new-lead-process.js';
import { NEWEST_LEAD_VERSION } from '../domain/lead/lead-version.js';
import type { LeadLifecycleInput } from './contracts/lead-lifecycle.contract.js';
import { decodeLeadInput } from './decode-lead-input.js';

function refusalOf(given: unknown): unknown {
  try {
    decodeLeadInput(given as LeadLifecycleInput);
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('the input of a run', () => {
  it.each([1, 2] as const)('is taken in version %p, as it is', (v) => {
    const input = { v, leadId: '01a2', process: newLeadProcess(0, v) };
    expect(decodeLeadInput(input)).toBe(input);
  });

  it.each([
    ['input', { v: NEWEST_LEAD_VERSION + 1, leadId: '01a2' }],
    ['carried process', { v: 1, leadId: '01a2', process: { ...newLeadProcess(0), v: NEWEST_LEAD_VERSION + 1 } }],
    ['input of another shape', { v: NEWEST_LEAD_VERSION + 1, lead: { id: '01a2' } }],
  ])('is left to a later release: %s', (_, given) => {
    const refusal = refusalOf(given);
    expect(refusal).toEqual(expect.objectContaining({ message: expect.stringContaining('later release') }));
    // Anything but a failure of the workflow fails the task, which is tried again.
    expect(refusal).not.toBeInstanceOf(ApplicationFailure);
  });

  it.each([
    ['no input', undefined, 'v of the input'],
    ['a text', 'lead/01a2', 'v of the input'],
    ['no version', { leadId: '01a2' }, 'v of the input'],
    ['no lead', { v: 1 }, 'leadId of the input'],
    ['an empty id', { v: 1, leadId: '' }, 'leadId of the input'],
    ['a process without a version', { v: 1, leadId: '01a2', process: {} }, 'v of the input'],
  ])('is refused for good, naming the field: %s', (_, given, field) => {
    const refusal = refusalOf(given);
    expect(refusal).toBeInstanceOf(ApplicationFailure);
    expect(refusal).toMatchObject({
      nonRetryable: true,
      type: 'MalformedInput',
      message: expect.stringContaining(field),
    });
  });
});
