import { describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { mintWebhookSecret, signWebhook } from './sign-webhook.js';

const message = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', body: '{"test": 2432232314}', at: new Date(1_614_265_330_000) };

describe('the signature', () => {
  it('is the one of the reference implementation', () => {
    // Source: test vector of the reference libraries of Standard Webhooks.
    expect(signWebhook(message, ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'])).toEqual({
      'webhook-id': message.id,
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('verifies with either secret while a receiver changes over, and with no third one', () => {
    const [old, present, other] = [mintWebhookSecret(), mintWebhookSecret(), mintWebhookSecret()];
    const headers = signWebhook({ ...message, at: new Date() }, [present, old]);
    for (const secret of [old, present]) {
      expect(new Webhook(secret).verify(message.body, headers)).toEqual({ test: 2432232314 });
    }
    expect(() => new Webhook(other).verify(message.body, headers)).toThrow('No matching signature');
    expect(() => new Webhook(present).verify(`${message.body} `, headers)).toThrow('No matching signature');
  });

  it('has 192 random bits', () => {
    const secrets = new Set(Array.from({ length: 100 }, mintWebhookSecret));
    expect(secrets.size).toBe(100);
    for (const secret of secrets) expect(Buffer.from(secret.slice(6), 'base64')).toHaveLength(24);
  });
});
