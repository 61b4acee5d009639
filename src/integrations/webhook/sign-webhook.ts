import { createHmac, randomBytes } from 'node:crypto';

const PREFIX = 'whsec_';

/** 192 random bits, as the specification of Standard Webhooks recommends. */
export function mintWebhookSecret(): string {
  return PREFIX + randomBytes(24).toString('base64');
}

/**
 * The headers of Standard Webhooks over `id.timestamp.body`: one signature per secret, so that a receiver may change over
 * from an old one. `at` is the instant of the try: receivers refuse what is minutes old.
 */
export function signWebhook(
  { id, body, at }: { readonly id: string; readonly body: string; readonly at: Date },
  secrets: readonly string[],
): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1_000));
  const sign = (secret: string): string =>
    createHmac('sha256', Buffer.from(secret.slice(PREFIX.length), 'base64'))
      .update(`${id}.${timestamp}.${body}`)
      .digest('base64');
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': secrets.map((secret) => `v1,${sign(secret)}`).join(' '),
  };
}
