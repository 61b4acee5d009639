import { describe, expect, it } from '@jest/globals';
import { isAddrSpec } from './address.js';

describe('isAddrSpec', () => {
  it.each(['marek@valves.example', 'a.b+c_d@sub.valves.example', "o'neil@xn--bcher-kva.example", 'A@B.example'])(
    'takes %s',
    (text) => expect(isAddrSpec(text)).toBe(true),
  );

  it.each([
    '',
    'nobody',
    '@valves.example',
    'marek@',
    'marek@localhost',
    'marek@127.0.0.1',
    'marek@[127.0.0.1]',
    'marek@valves.example.',
    'marek@-valves.example',
    'marek@valves..example',
    '.marek@valves.example',
    'ma..rek@valves.example',
    '"marek dvorak"@valves.example',
    'marek@evil.example@valves.example',
    'Marek <marek@valves.example>',
    'marek@valves.example, eve@evil.example',
    'marek@valves.example\r\nBcc: eve@evil.example',
    'marek(comment)@valves.example',
    'mařek@valves.example',
    'marek@vałves.example',
    `${'m'.repeat(65)}@valves.example`,
    `marek@${'v'.repeat(64)}.example`,
    `marek@${'valves.'.repeat(40)}example`,
  ])('refuses %j', (text) => expect(isAddrSpec(text)).toBe(false));
});
