import { describe, expect, it } from '@jest/globals';
import { normaliseEmail } from './normalise-email.js';

const addressOf = (text: string) => {
  const result = normaliseEmail(text);
  return result.ok ? result.address : undefined;
};

describe('normaliseEmail', () => {
  it('trims, lowers the domain and keeps the local part', () => {
    expect(addressOf('  Marek.Dvorak@Valves.EXAMPLE ')).toBe('Marek.Dvorak@valves.example');
  });

  it('writes international domains in ASCII, so that one mailbox is one identity', () => {
    expect(addressOf('info@Bücher.example')).toBe('info@xn--bcher-kva.example');
    expect(addressOf('info@xn--bcher-kva.example')).toBe('info@xn--bcher-kva.example');
  });

  it.each([
    'marek',
    'a@b@c.example',
    'marek@val%76es.example',
    'marek@valves.example:25',
    'Marek <marek@valves.example>',
    'marek@valves.example\nBcc: x@evil.example',
    'marek@2130706433',
  ])('refuses %j', (text) => expect(addressOf(text)).toBeUndefined());
});
