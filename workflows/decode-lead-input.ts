import { ApplicationFailure } from '@temporalio/workflow';
import { readLeadVersion } from '../domain/lead/lead-version.js';
import type { LeadLifecycleInput } from './contracts/lead-lifecycle.contract.js';

/**
 * The input of a run, of this version or an older one. One that a later release wrote fails the workflow task, not the
 * workflow: the engine offers the task again until a worker of that release takes it. One that no release wrote fails
 * the workflow, since no worker ever could go on with it.
 */
export function decodeLeadInput(given: LeadLifecycleInput): LeadLifecycleInput {
  const input: Partial<LeadLifecycleInput> = typeof given === 'object' && given !== null ? given : {};
  for (const v of [input.v, input.process ? input.process.v : 1]) {
    const version = readLeadVersion(v);
    if (version === 'newer') throw new Error(`version ${v} of leadLifecycle needs a worker of a later release`);
    if (version === 'malformed') throw malformed('v', 'the number of a version, such as 1');
  }
  if (typeof input.leadId !== 'string' || input.leadId === '') throw malformed('leadId', 'the id of a lead');
  return given;
}

const malformed = (field: string, expected: string): ApplicationFailure =>
  ApplicationFailure.nonRetryable(`${field} of the input of leadLifecycle has to be ${expected}`, 'MalformedInput');
