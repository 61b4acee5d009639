import { describe, expect, it } from '@jest/globals';
import { EncodingGuess } from './guess-encoding.js';

/** Fed byte by byte, and at once: where a piece ends must not matter. */
function guess(bytes: Buffer): EncodingGuess {
  const [whole, pieces] = [new EncodingGuess(), new EncodingGuess()];
  whole.feed(bytes);
  for (const byte of bytes) pieces.feed(Buffer.from([byte]));
  expect(pieces.encoding()).toBe(whole.encoding());
  expect([pieces.hasUtf8Mark(), pieces.hasNul()]).toEqual([whole.hasUtf8Mark(), whole.hasNul()]);
  return pieces;
}

describe('EncodingGuess', () => {
  it.each([
    ['utf-8', Buffer.from('Größe,€,名\n')],
    ['utf-8', Buffer.from('plain\n')],
    ['utf-16le', Buffer.from('\uFEFFGröße', 'utf16le')],
    ['utf-16be', Buffer.from('\uFEFFGröße', 'utf16le').swap16()],
    ['windows-1252', Buffer.from('Größe', 'latin1')],
    ['windows-1252', Buffer.concat([Buffer.from('Größe'), Buffer.from([0xe4])])],
  ] as const)('finds %s', (encoding, bytes) => {
    expect(guess(bytes).encoding()).toBe(encoding);
  });

  it('sees the mark of UTF-8, and bytes that no text has', () => {
    expect(guess(Buffer.from('\uFEFFa')).hasUtf8Mark()).toBe(true);
    expect(guess(Buffer.from('a')).hasUtf8Mark()).toBe(false);
    expect(guess(Buffer.from('a\0b')).hasNul()).toBe(true);
    expect(guess(Buffer.from('ab')).hasNul()).toBe(false);
  });
});
