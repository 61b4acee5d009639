import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import * as contract from '../../workflows/contracts/lead-lifecycle.contract.js';
import type { TemporalConfig } from '../config/config.js';

const SOURCE = defineSearchAttributeKey('Source', SearchAttributeType.KEYWORD);

/** What of a lead's row its workflow is started with. */
export interface StartableLead {
  readonly id: string;
  readonly source: string;
  readonly clockOffsetMs: number;
}

/** How a lead's workflow is started, by whoever does it. */
export function leadStart(
  { id, source, clockOffsetMs }: StartableLead,
  { leadsQueue, ioQueue, leadVersion }: TemporalConfig,
) {
  const input: contract.LeadLifecycleInput = {
    v: leadVersion,
    leadId: id,
    ...(ioQueue === contract.IO_QUEUE ? {} : { ioQueue }),
    ...(clockOffsetMs === 0 ? {} : { clockOffsetMs }),
  };
  return {
    workflowId: contract.leadWorkflowId(id),
    taskQueue: leadsQueue,
    args: [input] as [contract.LeadLifecycleInput],
    workflowTaskTimeout: '10s' as const,
    typedSearchAttributes: [{ key: SOURCE, value: source }],
  };
}
