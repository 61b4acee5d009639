import { describe, expect, it } from '@jest/globals';
import { type Client, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure, TerminatedFailure } from '@temporalio/common';
import { pino } from 'pino';
import { ProblemException } from '../common/problem.js';
import type { Config } from '../config/config.js';
import { LeadHandleService } from './lead-handle.service.js';

const REFUSED = { ok: false, state: 'accepted', why: 'already_decided' };

/** The façade over a server that answers every Update with that failure. */
function handleOf(failure: Error): LeadHandleService {
  const client = {
    connection: { withDeadline: (_deadline: number, send: () => Promise<unknown>) => send() },
    workflow: { getHandle: () => ({ executeUpdate: () => Promise.reject(failure) }) },
  };
  const config = { temporal: { workflowIdPrefix: '' } };
  return new LeadHandleService(client as unknown as Client, config as unknown as Config, pino({ level: 'silent' }));
}

const reject = (failure: Error) =>
  handleOf(failure).rejectHandoff('lead-1', { handoffNo: 1, by: 'p', via: 'api', reason: 'other' }, 'update-1');

describe('an Update that failed', () => {
  it('by a refusal of the process is answered with the refusal', async () => {
    const cause = ApplicationFailure.nonRetryable('refused', 'CommandRefused', REFUSED);
    expect(await reject(new WorkflowUpdateFailedError('Update failed', cause))).toEqual(REFUSED);
  });

  it.each([
    ['its run ended under it', ApplicationFailure.nonRetryable('run over', 'AcceptedUpdateCompletedWorkflow')],
    ['the worker does not know it', ApplicationFailure.nonRetryable('No registered handler')],
    ['the run was terminated', new TerminatedFailure('terminated')],
    ['nothing is said', undefined],
  ])('because %s is a 503 that says when to repeat it', async (_, cause) => {
    const failure = await reject(new WorkflowUpdateFailedError('Update failed', cause)).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(ProblemException);
    expect(failure).toMatchObject({ slug: 'unavailable', status: 503, headers: { 'retry-after': '5' } });
  });
});
