import { describe, expect, it } from '@jest/globals';
import type { Config } from '../config/config.js';
import { SecretBox, UnreadableSecret } from './secret-box.js';

const key = (id: string, fill: number) => ({ id, secret: Buffer.alloc(32, fill) });
const box = (...keys: ReturnType<typeof key>[]): SecretBox => new SecretBox({ secrets: { keys } } as unknown as Config);

describe('a secret at rest', () => {
  const sealed = box(key('k1', 1)).seal('whsec_abc', 'webhook', 'endpoint-1');

  it('opens with the key it was sealed with, also when another one seals by now', () => {
    expect(box(key('k2', 2), key('k1', 1)).open(sealed, 'webhook', 'endpoint-1')).toBe('whsec_abc');
    expect(box(key('k2', 2), key('k1', 1)).seal('x', 'webhook', 'endpoint-1')).toMatch(/^k2\./);
  });

  it('is never twice the same and does not show what it is', () => {
    expect(box(key('k1', 1)).seal('whsec_abc', 'webhook', 'endpoint-1')).not.toBe(sealed);
    expect(Buffer.from(sealed.slice(3), 'base64url').toString('latin1')).not.toContain('whsec');
  });

  const bytes = Buffer.from(sealed.slice(3), 'base64url');
  bytes[30] = (bytes[30] ?? 0) ^ 1;
  const changed = `k1.${bytes.toString('base64url')}`;

  it.each([
    ['without its key', box(key('k2', 2)), sealed, 'webhook', 'endpoint-1'],
    ['with another key of that id', box(key('k1', 2)), sealed, 'webhook', 'endpoint-1'],
    ['for another purpose', box(key('k1', 1)), sealed, 'links', 'endpoint-1'],
    ['for another owner', box(key('k1', 1)), sealed, 'webhook', 'endpoint-2'],
    ['when a bit was changed', box(key('k1', 1)), changed, 'webhook', 'endpoint-1'],
    ['when it is cut short', box(key('k1', 1)), sealed.slice(0, 20), 'webhook', 'endpoint-1'],
    ['when it is none', box(key('k1', 1)), 'whsec_abc', 'webhook', 'endpoint-1'],
  ])('stays shut %s', (_how, opener, text, purpose, owner) => {
    expect(() => opener.open(text, purpose, owner)).toThrow(UnreadableSecret);
  });
});
