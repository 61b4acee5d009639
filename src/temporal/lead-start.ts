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

/** Every workflow of a sandbox is shown under this source. */
const REHEARSAL = 'rehearsal';

/** The workflow id of a lead in this deployment, or in a rehearsal's sandbox. */
export const workflowIdOf = ({ workflowIdPrefix = '' }: TemporalConfig, leadId: string): string =>
  `${workflowIdPrefix}${contract.leadWorkflowId(leadId)}`;

/** How a lead's workflow is started, by whoever does it. */
export function leadStart({ id, source, clockOffsetMs }: StartableLead, config: TemporalConfig) {
  const { leadsQueue, ioQueue, leadVersion, workflowIdPrefix } = config;
  const input: contract.LeadLifecycleInput = {
    v: leadVersion,
    leadId: id,
    ...(ioQueue === contract.IO_QUEUE ? {} : { ioQueue }),
    ...(clockOffsetMs === 0 ? {} : { clockOffsetMs }),
  };
  return {
    workflowId: workflowIdOf(config, id),
    taskQueue: leadsQueue,
    args: [input] as [contract.LeadLifecycleInput],
    workflowTaskTimeout: '10s' as const,
    typedSearchAttributes: [{ key: SOURCE, value: workflowIdPrefix === undefined ? source : REHEARSAL }],
  };
}
