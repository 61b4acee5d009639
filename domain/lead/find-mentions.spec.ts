import { describe, expect, it } from '@jest/globals';
import { findMentions } from './find-mentions.js';

describe('the mentions of a text', () => {
  it.each([
    ['a key between other words', 'Ask @lena-hofer about it', ['lena-hofer']],
    ['each key once, in the order of the text', '@tom, then @ada-b and @tom again.', ['tom', 'ada-b']],
    ['a key at either end and in brackets', '@tom (@ada-b)\n@lena-hofer', ['tom', 'ada-b', 'lena-hofer']],
    ['a key written with capitals', 'Thanks @Lena-Hofer!', ['lena-hofer']],
    ['no mail address', 'Write to lena@kelvara.example or l.hofer+x@kelvara.example', []],
    ['no part of a longer word', '@lena_hofer @lenaä @lena@x', []],
    ['no hyphen that leads nowhere', 'see @lena- or @-lena', []],
    ['nothing in an empty text', '', []],
  ])('are %s', (_what, text, keys) => {
    expect(findMentions(text)).toEqual(keys);
  });

  it('are twenty at most', () => {
    const text = Array.from({ length: 25 }, (_, index) => `@person-${index}`).join(' ');
    expect(findMentions(text)).toHaveLength(20);
    expect(findMentions(text).at(-1)).toBe('person-19');
  });
});
