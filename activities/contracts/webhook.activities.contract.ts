/** Calls to receivers of webhooks: each is bounded and safe to repeat, with the same `webhook-id`. */
export interface WebhookActivities {
  postWebhook(input: PostWebhookInput): Promise<PostWebhookResult>;
}

export interface PostWebhookInput {
  readonly deliveryId: string;
  /** A delivery that is over, or in another round by now, is left alone. */
  readonly round: number;
  /** Number of the try in the round, from 1. */
  readonly no: number;
}

export interface PostWebhookResult {
  /** How long to wait before the next try, in milliseconds; absent when the round is over. */
  readonly pauseMs?: number;
}
