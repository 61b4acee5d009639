import { describe, expect, it } from '@jest/globals';
import { refusalOf, TimeSkippingUnsupported } from './virtual-clock.js';

/** An answer of the server as the client of gRPC throws it. */
const answer = (code: number, details: string): Error =>
  Object.assign(new Error(`${code}: ${details}`), { code, details, metadata: {} });

describe('a server that refuses to let time skip', () => {
  it.each([
    ['has it switched off', 12, 'The Time-Skipping feature is not enabled for namespace.'],
    ['does not know the method', 12, 'unknown method PollWorkflowExecutionTimeSkipping'],
    ['does not know the option', 3, 'invalid path time_skipping_config in the update mask'],
  ])('%s: the rehearsal says so, and what it needs', (_, code, details) => {
    const refusal = refusalOf(answer(code, details));
    expect(refusal).toBeInstanceOf(TimeSkippingUnsupported);
    expect((refusal as Error).message).toContain(
      'version 1.32 or newer with frontend.WorkflowTimeSkippingEnabled=true',
    );
    expect((refusal as Error).message).toContain(details);
  });

  it('is not what a server that is away says', () => {
    const away = answer(14, 'No connection established');
    expect(refusalOf(away)).toBe(away);
    const other = new Error('the clock did not move');
    expect(refusalOf(other)).toBe(other);
  });
});
