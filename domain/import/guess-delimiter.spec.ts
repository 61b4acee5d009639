import { describe, expect, it } from '@jest/globals';
import { guessDelimiter } from './guess-delimiter.js';

describe('guessDelimiter', () => {
  it.each([
    [',', 'email,name\na@b.example,A\n'],
    [';', 'email;name\na@b.example;"A, B, C"\n'],
    ['\t', 'email\tname\r\na@b.example\tA\r\n'],
    ['|', 'email|name|tags\na@b.example|A|x;y\nc@d.example|C|z;w\n'],
  ])('finds %j', (delimiter, text) => {
    expect(guessDelimiter(text)).toBe(delimiter);
  });

  it('goes by what all rows have, not by what the header has most', () => {
    expect(guessDelimiter('a;b;"c,d,e,f"\n1;2;3\n4;5;6\n')).toBe(';');
    expect(guessDelimiter('name, first, middle;email\nA;a@b.example\nB;c@d.example\n')).toBe(';');
  });

  it('takes commas for one column, for nothing, and judges a header alone', () => {
    expect(guessDelimiter('email\na@b.example\n')).toBe(',');
    expect(guessDelimiter('')).toBe(',');
    expect(guessDelimiter('email;name')).toBe(';');
  });

  it('does not count the row that the end of the sample cuts', () => {
    expect(guessDelimiter('a,b\n1,2\n3,"4;5;6')).toBe(',');
  });
});
