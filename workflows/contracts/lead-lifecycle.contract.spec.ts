import { describe, expect, it } from '@jest/globals';
import { leadIdOf, leadWorkflowId } from './lead-lifecycle.contract.js';

describe('the workflow id of a lead', () => {
  it('leads back to the lead', () => {
    expect(leadWorkflowId('01a2')).toBe('lead/01a2');
    expect(leadIdOf(leadWorkflowId('01a2'))).toBe('01a2');
  });

  it('is told from other ids', () => {
    expect(leadIdOf('import/01a2')).toBeUndefined();
  });
});
