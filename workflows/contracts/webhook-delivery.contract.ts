/** Type name, queue and ids of the delivery of one webhook. */
export const DELIVER_WEBHOOK = 'deliverWebhook';

/**
 * Queue of the calls to receivers, beside the one of the mails: a receiver that lets every call run into its time-out
 * must not hold mails back.
 */
export function webhookQueueOf(ioQueue: string): string {
  return `${ioQueue}-webhooks`;
}

/** Workflow id of a round of tries. */
export function webhookWorkflowId(deliveryId: string, round: number): string {
  return `webhook/${deliveryId}/${round}`;
}

/** Ids only: what is sent stands in the record. */
export interface DeliverWebhookInput {
  readonly v: 1;
  readonly deliveryId: string;
  readonly round: number;
  /** Queue of the calls. */
  readonly queue: string;
}
